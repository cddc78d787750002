#!/bin/bash
# run.sh: measures Hindsight against trace-cmd report and libtracecmd's bare iteration on the same made-up recording,
# uncompressed and zstd-compressed, and prints medians, spreads and ratios as Markdown.
#
#   EVENTS=10000000     events of the recording that all read
#   BIG=100000000       events of the recording that `ingest` reads in a 1 GiB heap and `info` in 256 MiB; 0 leaves out
#   CPUS=4              CPUs of the recorded machine
#   REPEATS=5           runs of each, interleaved
#   BENCH_DIR=DIR       where recordings and datasets go (default: target/bench); needs 11 bytes per event of BIG times 10
#   PARTS="jmh compare memory"
#
# Needs the built jar (./hindsight builds it), trace-cmd, gcc and libtracecmd-dev; what is absent is left out and said.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
events=${EVENTS:-10000000}
big=${BIG:-100000000}
cpus=${CPUS:-4}
repeats=${REPEATS:-5}
dir=${BENCH_DIR:-$root/target/bench}
parts=${PARTS:-jmh compare memory}
hindsight=$root/hindsight
mkdir -p "$dir"
times=$dir/times.tsv
: > "$times"

has() { command -v "$1" > /dev/null 2>&1; }
part() { [[ " $parts " == *" $1 "* ]]; }
say() { echo "$@" >&2; }

machine() {
    echo "Machine: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) CPUs," \
        "$(awk '/MemTotal/ {printf "%.0f GiB", $2 / 1048576}' /proc/meminfo) memory;" \
        "$(java -version 2>&1 | sed -n '1s/ version//p' | tr -d '"');" \
        "$(has trace-cmd && trace-cmd --version 2> /dev/null | sed -n 's/^trace-cmd version \([^ ]*\).*/trace-cmd \1/p');" \
        "Linux $(uname -r); load $(cut -d' ' -f1 /proc/loadavg) at the start."
    echo
    echo "Code: $(git -C "$root" rev-parse --short HEAD 2> /dev/null || echo 'not in a repository')."
}

# recording SHAPE EVENTS: makes it unless it is there, and prints its path.
recording() {
    local file=$dir/$1-$2-$cpus.dat
    if [ ! -f "$file" ]; then
        say "making $file"
        "$here/generate.sh" "$1" "$2" "$file.part" "$cpus" >&2
        mv "$file.part" "$file"
    fi
    echo "$file"
}

# timed NAME FILE COMMAND...: runs it and adds NAME, FILE, and the microseconds on the clock and of CPU to the times.
timed() {
    local name=$1 file=$2 spent TIMEFORMAT='%R %U %S'
    shift 2
    spent=$({ time "$@" > /dev/null 2> "$dir/stderr.txt" || echo failed; } 2>&1)
    [[ $spent != *failed* ]] || { say "failed: $*"; cat "$dir/stderr.txt" >&2; exit 1; }
    echo "$spent" | awk -v name="$name" -v file="$file" \
        '{printf "%s\t%s\t%d\t%d\n", name, file, $1 * 1e6, ($2 + $3) * 1e6}' >> "$times"
}

ingest() {
    rm -rf "$dir/dataset"
    "$hindsight" ingest "$1" -o "$dir/dataset"
}

compare() {
    local plain zstd i file readers=""
    plain=$(recording v6 "$events")
    zstd=$(recording v7-zstd "$events")
    if has gcc && pkg-config --exists libtracecmd 2> /dev/null; then
        # shellcheck disable=SC2046 # several flags
        gcc -O2 -o "$dir/iterate" "$here/iterate.c" $(pkg-config --cflags --libs libtracecmd)
        readers="$readers iterate"
    else
        say "no gcc or libtracecmd-dev: the iteration in C is left out"
    fi
    if has trace-cmd; then readers="$readers report"; else say "no trace-cmd: its report is left out"; fi
    "$hindsight" --version > /dev/null
    : > "$times"
    for ((i = 0; i < repeats; i++)); do
        for file in "$plain" "$zstd"; do
            say "run $((i + 1)) of $repeats on $file"
            cat "$file" > /dev/null
            timed ingest "$file" ingest "$file"
            [[ $readers != *iterate* ]] || timed iterate "$file" "$dir/iterate" "$file"
            [[ $readers != *report* ]] || timed report "$file" trace-cmd report -i "$file"
        done
    done
    rm -rf "$dir/dataset"
    echo "## End to end: $events events, $cpus CPUs, median of $repeats interleaved runs (least to most)"
    echo
    sort -t$'\t' -k2,2 -k1,1 -k3,3n "$times" | awk -F'\t' -v events="$events" -v plain="$plain" '
        function close_group(  m) {
            if (n == 0) return
            m = n % 2 ? t[(n + 1) / 2] : (t[n / 2] + t[n / 2 + 1]) / 2
            cpu[file, name] = c / n
            median[file, name] = m; least[file, name] = t[1]; most[file, name] = t[n]; files[file] = 1
        }
        $1 != name || $2 != file { close_group(); n = 0; c = 0 }
        { name = $1; file = $2; t[++n] = $3 / 1e6; c += $4 / 1e6 }
        function row(f, who, label) {
            if (!((f, who) in median)) return
            printf "| %s | %s | %.2f s (%.2f to %.2f) | %.1f s | %.2f | %s |\n", f == plain ? "uncompressed" : "zstd", label,
                median[f, who], least[f, who], most[f, who], cpu[f, who], events / median[f, who] / 1e6,
                who == "ingest" ? "" : sprintf("%.2f", median[f, who] / median[f, "ingest"])
        }
        END {
            close_group()
            print "| file | reader | time | CPU time | M events/s | ingest is so many times as fast |"
            print "| --- | --- | --- | --- | --- | --- |"
            for (pass = 0; pass < 2; pass++)
                for (f in files)
                    if ((f == plain) == (pass == 0)) {
                        row(f, "ingest", "`hindsight ingest` to Parquet")
                        row(f, "iterate", "libtracecmd, iteration in C")
                        row(f, "report", "`trace-cmd report > /dev/null`")
                    }
        }'
    echo
}

# peak COMMAND...: runs it and prints its seconds and peak resident memory.
peak() {
    local begin end pid most=0 now
    begin=$(date +%s%N)
    "$@" > /dev/null 2> "$dir/stderr.txt" &
    pid=$!
    while kill -0 "$pid" 2> /dev/null; do
        now=$(awk '/VmHWM/ {print $2}' "/proc/$pid/status" 2> /dev/null || true)
        [ "${now:-0}" -le "$most" ] || most=$now
        sleep 0.2
    done
    wait "$pid" || { say "failed: $*"; cat "$dir/stderr.txt" >&2; exit 1; }
    end=$(date +%s%N)
    awk -v us=$(((end - begin) / 1000)) -v kib="$most" \
        'BEGIN { printf "%.1f s, peak resident memory %.0f MiB", us / 1e6, kib / 1024 }'
}

memory() {
    local file shape
    [ "$big" -gt 0 ] || return 0
    echo "## Memory: $big events"
    echo
    for shape in v6 v7-zstd; do
        file=$(recording "$shape" "$big")
        rm -rf "$dir/dataset"
        echo "- \`info\` of $shape, $(stat -c %s "$file") bytes, with \`-Xmx256m\`:" \
            "$(HINDSIGHT_JAVA_OPTS=-Xmx256m peak "$hindsight" info "$file")"
        echo "- \`ingest\` of $shape with \`-Xmx1g\`:" \
            "$(HINDSIGHT_JAVA_OPTS=-Xmx1g peak "$hindsight" ingest "$file" -o "$dir/dataset")," \
            "dataset of $(du -sm "$dir/dataset" | cut -f1) MiB"
        rm -rf "$dir/dataset" "$file"
    done
    echo
}

jmh() {
    echo "## Decoding into Arrow, one core (JMH)"
    echo
    "$here/decode.sh"
    echo
}

machine
echo
if part jmh; then jmh; fi
if part compare; then compare; fi
if part memory; then memory; fi
