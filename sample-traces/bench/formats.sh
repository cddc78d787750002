#!/bin/bash
# formats.sh: how fast Hindsight reads perf.data, CTF and text, each against the format's own tool on the same made-up
# recording: every command a new process, medians of interleaved runs on the clock and of CPU time, as Markdown.
#
#   EVENTS=5000000      events of each recording
#   REPEATS=3           runs of each
#   BENCH_DIR=DIR       where recordings go (default: target/bench)
#
# Needs the built jar (./hindsight builds it), perf, babeltrace2 and trace-cmd; what is absent is left out and said.
# `export` reads every field of all events into blocks and writes one table; `ingest` writes all tables and the timeline.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
events=${EVENTS:-5000000}
repeats=${REPEATS:-3}
dir=${BENCH_DIR:-$root/target/bench}
hindsight=$root/hindsight
. "$here/classpath.sh"
path=$(sample_traces_classpath "$root")
mkdir -p "$dir"

make() { java -cp "$path" "dev.hindsight.sampletraces.synthetic.$@" > /dev/null; }
has() { command -v "$1" > /dev/null 2>&1 || { echo "$1 is not there: left out" >&2; return 1; }; }

# timed COMMAND...: seconds on the clock and of CPU.
timed() {
    local TIMEFORMAT='%R %U %S'
    { time "$@" > /dev/null 2> "$dir/stderr.txt"; } 2>&1 | awk '{printf "%.2f %.2f\n", $1, $2 + $3}'
}

median() { sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }

# compare FORMAT PEER-NAME FILE TABLE PEER...: a table's rows of Hindsight's commands and the peer.
compare() {
    local format=$1 name=$2 file=$3 table=$4 what
    shift 4
    rm -f "$dir"/measured.*
    for ((i = 0; i < repeats; i++)); do
        timed "$@" >> "$dir/measured.peer"
        timed "$hindsight" info "$file" >> "$dir/measured.info"
        timed "$hindsight" export "$file" "$table" -o - >> "$dir/measured.export"
        rm -rf "$dir/dataset"
        timed "$hindsight" ingest "$file" -o "$dir/dataset" >> "$dir/measured.ingest"
    done
    local peer peerCpu clock cpu
    peer=$(cut -d' ' -f1 "$dir/measured.peer" | median)
    peerCpu=$(cut -d' ' -f2 "$dir/measured.peer" | median)
    echo "| $format, $(du -shL "$file" | cut -f1) | $name | $peer s | $peerCpu s | |"
    for what in info export ingest; do
        clock=$(cut -d' ' -f1 "$dir/measured.$what" | median)
        cpu=$(cut -d' ' -f2 "$dir/measured.$what" | median)
        echo "| | hindsight $what | $clock s | $cpu s | $(awk -v a="$peer" -v b="$clock" 'BEGIN {printf "%.1f", a / b}') |"
    done
}

"$hindsight" --version > /dev/null
echo "$events events; load $(cut -d' ' -f1 /proc/loadavg) at the start"
echo
echo "| recording | reader | clock | CPU | times as fast as the peer |"
echo "| --- | --- | --- | --- | --- |"
if has perf; then
    file=$dir/perf-$events.data
    [ -f "$file" ] || make KvmPerfWorkload file "$events" "$file"
    compare perf.data "perf script" "$file" ev_kvm_kvm_exit perf script -i "$file"
fi
if has babeltrace2; then
    file=$dir/ctf-$events
    [ -d "$file" ] || make LttngKernelTrace "$events" "$file"
    compare CTF babeltrace2 "$file" ev_sched_sched_switch babeltrace2 "$file"
fi
if has trace-cmd; then
    file=$dir/text-$events.txt
    if [ ! -f "$file" ]; then
        make KvmWorkload v6 "$events" "$dir/text.dat"
        trace-cmd report "$dir/text.dat" > "$file"
        rm "$dir/text.dat"
    fi
    lines=$(wc -l < "$file")
    rm -f "$dir"/measured.*
    for ((i = 0; i < repeats; i++)); do
        timed "$hindsight" export "$file" ev_kvm_kvm_exit -o - >> "$dir/measured.export"
    done
    clock=$(cut -d' ' -f1 "$dir/measured.export" | median)
    cpu=$(cut -d' ' -f2 "$dir/measured.export" | median)
    echo "| text of trace-cmd report, $(du -sh "$file" | cut -f1) | hindsight export | $clock s | $cpu s |" \
        "$(awk -v n="$lines" -v t="$clock" 'BEGIN {printf "%.2f M lines/s", n / t / 1e6}') |"
fi
