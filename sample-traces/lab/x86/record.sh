#!/bin/sh
# record.sh HOSTDIR OUT LOAD GUEST "POLICIES" [SECONDS [TAKE]]: boots the target host once and records into OUT.
#
# One load and one guest under each of the policies, so that these are comparable. 12 s each unless said otherwise. The
# host is killed when it takes several times as long as it should.
#
#   LTTNG="tid procname"   with LTTng at the same time, with these contexts ("none" for none), into *.ctf directories; the
#                          host must have been built with LTTNG=1
#   LTTNG_BUFFERS=32Kx256  LTTng's sub-buffers of each CPU: their size, and how many
set -eu
if [ $# -lt 5 ]; then
    sed -n '2s/^# /usage: /p' "$0" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
host=$1 load=$3 guest=$4 policies=$5 seconds=${6:-12} take=${7:-}
mkdir -p "$2"
out=$(cd "$2" && pwd)
# Boot, then for each policy: the load's start, the recording, writing it out, the load's end.
limit=120
for policy in $policies; do
    limit=$((limit + seconds * 3 + 30))
    rm -f "$out/$load-$guest-$policy${take:+-$take}.dat"
done
cp "$here/scenarios.sh" "$out/"
printf 'LTTNG="%s" LTTNG_BUFFERS="%s" sh /mnt/scenarios.sh "%s" "%s" "%s" %s %s\n' \
    "${LTTNG:-}" "${LTTNG_BUFFERS:-}" "$load" "$guest" "$policies" "$seconds" "$take" >"$out/run.sh"
console=$out/$load-$guest${take:+-$take}.console
timeout "$limit" "$here/start-host.sh" "$host" "$out" >"$console" 2>&1 || echo "record.sh: the host did not end by itself" >&2
rm -f "$out/run.sh" "$out/scenarios.sh"
for policy in $policies; do
    file=$out/$load-$guest-$policy${take:+-$take}.dat
    [ -s "$file" ] || { echo "record.sh: no $file; the host said: $console" >&2; exit 1; }
    echo "$file"
done
