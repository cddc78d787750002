#!/bin/bash
# build-lttng.sh DIR RELEASE: builds LTTng's kernel modules for Debian's kernel RELEASE into DIR/modules, and installs nothing.
#
# Headers, LTTng's source (lttng-modules-dkms) and the kernel's source are Debian's, fetched with apt-get download and
# unpacked below DIR. The kernel's source is for six headers: LTTng's probes of KVM's events on x86 are built only where
# KVM's own headers are, and no header package has them.
set -euo pipefail

needed="apt-get dpkg-deb gcc make tar xz sed"
if [ $# -ne 2 ]; then
    sed -n '2s/^# /usage: /p' "$0" >&2
    exit 2
fi
for tool in $needed; do
    command -v "$tool" >/dev/null || { echo "build-lttng.sh: not found: $tool" >&2; exit 1; }
done
mkdir -p "$1"
dir=$(cd "$1" && pwd)
release=$2
[ ! -d "$dir/modules" ] || exit 0
common=linux-headers-${release%-*}-common
headers=$dir/usr/src/linux-headers-$release

# A directory of its own for what is not whole yet: an interrupted step must not pass for a done one.
rm -rf "$dir/packages" "$dir/usr" "$dir/unfinished"
mkdir -p "$dir/packages" "$dir/unfinished"
cd "$dir/packages"
apt-get download "linux-headers-$release" "$common" lttng-modules-dkms
version=$(dpkg-deb -f linux-headers-"$release"_*.deb Version)
series=$(echo "$version" | cut -d. -f1,2)
apt-get download "linux-kbuild-$series=$version" "linux-source-$series=$version"
for package in linux-headers-*.deb linux-kbuild-*.deb lttng-modules-dkms_*.deb; do
    dpkg-deb -x "$package" "$dir"
done
dpkg-deb --fsys-tarfile linux-source-*.deb | tar -xO --wildcards './usr/src/linux-source-*.tar.xz' | xz -dc |
    tar -x -C "$dir/usr/src/$common" --strip-components=1 --wildcards '*/arch/x86/kvm/*.h' '*/virt/kvm/*.h'
# The only place where the packages name the place that they would be installed at.
sed -i "s#/usr/src#$dir/usr/src#" "$headers/Makefile"
lttng=$(echo "$dir"/usr/src/lttng-modules-*)
# LTTng 2.13.9 is older than this argument of hrtimer_start, which came to 6.1 with a later stable release; it records the
# other fields alike.
if grep -q was_armed "$dir/usr/src/$common/include/trace/events/timer.h"; then
    sed -i -e '/EVENT_MAP(hrtimer_start,/,/^)/s/enum hrtimer_mode mode),/enum hrtimer_mode mode, bool was_armed),/' \
        -e '/EVENT_MAP(hrtimer_start,/,/^)/s/TP_ARGS(hrtimer, mode),/TP_ARGS(hrtimer, mode, was_armed),/' \
        "$lttng/include/instrumentation/events/timer.h"
fi
make -s -j"$(nproc)" -C "$headers" M="$lttng" modules CONFIG_LTTNG=m CONFIG_LTTNG_CLOCK_PLUGIN_TEST=m >"$dir/build.log" 2>&1 ||
    { tail -20 "$dir/build.log" >&2; exit 1; }
[ -f "$lttng/src/probes/lttng-probe-kvm-x86.ko" ] ||
    { echo "build-lttng.sh: no probes of KVM's events on x86; $dir/build.log says why" >&2; exit 1; }
find "$lttng" -name '*.ko' -exec cp {} "$dir/unfinished" \;
mv "$dir/unfinished" "$dir/modules"
rm -rf "$dir/packages" "$dir/usr"
