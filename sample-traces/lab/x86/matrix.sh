#!/bin/sh
# matrix.sh HOSTDIR OUT compare|unseen: records one set of the policy matrix, a boot for each load and guest.
#
#   compare   the loads that policies are compared under; the committed recordings are from it
#   unseen    another kind of load, to see whether what was learned from the first set holds
#
#   SECONDS_EACH=12   of each recording
#   TAKE=b            suffix of the files, to record the same again
set -eu
if [ $# -ne 3 ]; then
    sed -n '2s/^# /usage: /p' "$0" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
host=$1 out=$2
boot() { # LOAD GUEST POLICIES
    "$here/record.sh" "$host" "$out/$1-$2" "$1" "$2" "$3" "${SECONDS_EACH:-12}" "${TAKE:-}"
}
case $3 in
    compare)
        for load in compute bonnie; do
            boot $load pithlt "base again shield prio prioall shieldprio cosched deadline"
            boot $load pitspin "base again shield prio prioall shieldprio cosched"
            boot $load exthlt "base again prio shieldprio cosched coschedboost"
        done
        ;;
    unseen)
        boot batchvm pithlt "base again shield prioall shieldprio cosched"
        boot batchvm pitspin "base shield prioall shieldprio cosched"
        boot batchvm exthlt "base shieldprio coschedboost"
        ;;
    *)
        echo "matrix.sh: no set $3" >&2
        exit 2
        ;;
esac
