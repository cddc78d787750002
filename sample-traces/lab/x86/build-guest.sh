#!/bin/sh
# build-guest.sh OUT PIT_DIV JOB_ITER JOB_EVERY HINT [spin]: assembles the real-time guest; guest.S says what they mean.
set -eu
if [ $# -lt 5 ]; then
    sed -n '2s/^# /usage: /p' "$0" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
object=$(mktemp)
trap 'rm -f "$object"' EXIT
as --32 --defsym PIT_DIV="$2" --defsym JOB_ITER="$3" --defsym JOB_EVERY="$4" --defsym HINT="$5" \
    ${6:+--defsym IDLE_SPIN=1} -o "$object" "$here/guest.S"
ld -m elf_i386 -e 0x1000 -Ttext 0x1000 --oformat binary -o "$1" "$object"
