#!/bin/sh
# start-host.sh HOSTDIR OUT [QEMU ARGUMENT]...: boots the host that build-host.sh made; it runs OUT/run.sh and ends.
#
# OUT is its /mnt. The console is on standard output. Two CPUs with a thread each, AMD-V for the guests in it, all
# emulated: it needs no KVM of the machine it runs on, and does not use it when it is there, so that recordings made on
# different machines stay alike.
#
#   APPEND="tsc=reliable clocksource=tsc"   more kernel parameters
#   MEMORY=2048                             in MiB
set -eu
if [ $# -lt 2 ]; then
    sed -n '2s/^# /usage: /p' "$0" >&2
    exit 2
fi
host=$1
out=$2
shift 2
for file in "$host/vmlinuz" "$host/host.gz" "$host/disk.img"; do
    [ -f "$file" ] || { echo "start-host.sh: no $file: run build-host.sh $host" >&2; exit 1; }
done
[ -f "$out/run.sh" ] || { echo "start-host.sh: no $out/run.sh, the host would have nothing to do" >&2; exit 1; }
exec qemu-system-x86_64 -accel tcg,thread=multi -cpu max,+svm -smp 2 -m "${MEMORY:-2048}" \
    -display none -monitor none -serial stdio -no-reboot -nic none \
    -kernel "$host/vmlinuz" -initrd "$host/host.gz" -append "console=ttyS0 panic=-1 quiet ${APPEND:-}" \
    -virtfs "local,path=$out,mount_tag=out,security_model=none" \
    -drive "file=$host/disk.img,if=virtio,format=raw,cache=unsafe" "$@" </dev/null
