#!/bin/sh
# decode.sh [JMH OPTION...]: events per second out of a trace.dat with JMH, on one core; prints JMH's table. Without
# options: uncompressed recordings, of events with six fields and of a KVM host, into blocks and into Arrow vectors.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
[ $# -gt 0 ] || set -- 'TraceDatBenchmark.readInto(Blocks|Arrow)' -p compression=NONE -p decoders=0
path=$root/parsers/target/test-classpath.txt
mvn -q -B -f "$root/pom.xml" -pl parsers -am test-compile dependency:build-classpath -Dspotless.check.skip \
    -Djacoco.skip -Dmdep.includeScope=test -Dmdep.outputFile="$path" >&2
one=
! command -v taskset >/dev/null 2>&1 || one="taskset -c 0"
# shellcheck disable=SC2086 # a command and its options, or nothing
$one java -cp "$root/parsers/target/test-classes:$root/parsers/target/classes:$(cat "$path")" \
    org.openjdk.jmh.Main "$@" -o "$root/parsers/target/jmh.log" -rf csv -rff "$root/parsers/target/jmh.csv"
sed -n '/^Benchmark/,$p' "$root/parsers/target/jmh.log" | sed 's/^/    /'
