#!/bin/bash
# build-host.sh DIR: builds the emulated target host into DIR: vmlinuz, host.gz (its whole root file system), disk.img.
#
# The kernel is Debian's, fetched with apt-get download and unpacked below DIR, not installed. The tools in the host are
# this machine's own, copied with the libraries that they need. README.md lists the packages to install before.
#
#   KERNEL=linux-image-6.1.0-56-amd64   another kernel package (default: what linux-image-amd64 depends on)
#   JOB_ITER=400000                     loop turns of the guest's real-time job
#   LTTNG=1                             with LTTng, so that scenarios can be recorded with it too
set -euo pipefail

tools="trace-cmd stress-ng bonnie++ chrt taskset mkfs.ext4"
modules="virtio_pci virtio_blk 9pnet_virtio 9p crc32c_generic ext4 kvm-amd"
lttng_consumer=/usr/lib/x86_64-linux-gnu/lttng/libexec/lttng-consumerd
[ -z "${LTTNG:-}" ] || tools="$tools lttng lttng-sessiond"
needed="$tools busybox as ld gcc cpio gzip depmod modprobe dpkg-deb apt-get ldd"

if [ $# -ne 1 ]; then
    sed -n '2s/^# /usage: /p' "$0" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
PATH=$PATH:/usr/sbin:/sbin
missing=
for tool in $needed; do
    command -v "$tool" >/dev/null || missing="$missing $tool"
done
if [ -n "$missing" ]; then
    echo "build-host.sh: not found:$missing. README.md says which packages have them." >&2
    exit 1
fi
mkdir -p "$1"
dir=$(cd "$1" && pwd)
root=$dir/root

fetch_kernel() {
    local package=${KERNEL:-}
    if [ -z "$package" ]; then
        package=$(apt-cache depends linux-image-amd64 | sed -n 's/^ *Depends: \(linux-image-.*\)/\1/p' | head -1)
        [ -n "$package" ] || { echo "build-host.sh: no linux-image-amd64 known to apt; name one with KERNEL=" >&2; exit 1; }
    fi
    if [ ! -d "$dir/$package" ]; then
        # A directory of its own per step: an interrupted download or unpacking must not pass for a whole one.
        rm -rf "$dir/download" "$dir/unpacked"
        mkdir -p "$dir/download"
        (cd "$dir/download" && apt-get download "$package")
        dpkg-deb -x "$dir"/download/*.deb "$dir/unpacked"
        mv "$dir/unpacked" "$dir/$package"
        rm -rf "$dir/download"
    fi
    kernel=$dir/$package
    release=$(basename "$kernel"/lib/modules/*)
    cp "$kernel/boot/vmlinuz-$release" "$dir/vmlinuz"
    depmod -b "$kernel" "$release"
}

# copy FILE: to the same place below the host's root, following links.
copy() {
    local target=$root$1
    [ -e "$target" ] || install -D "$(readlink -f "$1")" "$target"
}

add_tool() {
    local path
    path=$(command -v "$1")
    install -D "$(readlink -f "$path")" "$root/usr/bin/$1"
    add_libraries "$path"
}

add_libraries() { # FILE
    local library
    # A static binary has no libraries, and ldd calls that an error.
    { ldd "$1" 2>/dev/null || true; } | grep -o '/[^ ]*' | while read -r library; do
        copy "$library"
    done
}

# The session daemon loads the modules itself, from where modprobe looks for them.
add_lttng() {
    local modules=$root/lib/modules/$release
    "$here/build-lttng.sh" "$dir/lttng-$release" "$release"
    mkdir -p "$modules"
    cp "$dir/lttng-$release"/modules/*.ko "$modules/"
    cp "$kernel/lib/modules/$release"/modules.{order,builtin,builtin.modinfo} "$modules/"
    depmod -b "$root" "$release"
    # The daemon does not begin without its schema, and complains without the group.
    copy /usr/share/xml/lttng/session.xsd
    echo 'tracing:x:100:root' >"$root/etc/group"
    copy "$lttng_consumer"
    add_libraries "$lttng_consumer"
}

# In the order in which they can be loaded; the host's init reads that order.
add_modules() {
    local module file
    mkdir -p "$root/mod"
    for module in $modules; do
        modprobe -d "$kernel" -S "$release" --show-depends "$module" | sed -n 's/^insmod \([^ ]*\).*/\1/p'
    done | awk '!seen[$0]++' | while read -r file; do
        cp "$file" "$root/mod/"
        basename "$file"
    done >"$root/mod/order"
}

add_guests() {
    local iterations=${JOB_ITER:-400000} object
    gcc -O2 -Wall -static -o "$root/usr/bin/rtvmm" "$here/rtvmm.c" -lpthread
    # 4773 PIT clocks: a tick of 250 Hz, with a job every 8 ticks. 0: the tick comes from the monitor.
    "$here/build-guest.sh" "$root/usr/bin/pit-hlt.bin" 4773 "$iterations" 8 1
    "$here/build-guest.sh" "$root/usr/bin/pit-spin.bin" 4773 "$iterations" 8 1 spin
    "$here/build-guest.sh" "$root/usr/bin/ext-hlt.bin" 0 "$iterations" 8 1
    "$here/build-guest.sh" "$root/usr/bin/ext-spin.bin" 0 "$iterations" 8 1 spin
    object=$(mktemp)
    as --32 -o "$object" "$here/batch.S"
    ld -m elf_i386 -e 0x1000 -Ttext 0x1000 --oformat binary -o "$root/usr/bin/batch.bin" "$object"
    rm "$object"
}

fetch_kernel
rm -rf "$root"
mkdir -p "$root"/{bin,dev,etc,mnt,proc,root,run,sbin,sys,tmp,usr/bin}
echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
install "$(command -v busybox)" "$root/bin/busybox"
for tool in $tools; do
    add_tool "$tool"
done
# glibc loads it when a thread ends; without it a program that ends threads is aborted.
copy /lib/x86_64-linux-gnu/libgcc_s.so.1
add_modules
[ -z "${LTTNG:-}" ] || add_lttng
add_guests
install "$here/init" "$root/init"
(cd "$root" && find . | cpio -o -H newc --quiet | gzip -1) >"$dir/host.gz"
# Sparse; the host formats it when it first needs it.
truncate -s 1G "$dir/disk.img"
echo "built $dir: kernel $release, $(du -h "$dir/host.gz" | cut -f1) of root file system"
