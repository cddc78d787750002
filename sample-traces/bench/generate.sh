#!/bin/sh
# generate.sh SHAPE EVENTS FILE [CPUS [SEED]]: makes a recording of a KVM host of any size.
#   SHAPE   v6, v7, v7-zstd or v7-zlib
#   example sample-traces/bench/generate.sh v7-zstd 100000000 /var/tmp/100M.dat
# The same events, CPUs and seed give the same events in every shape. Needs room for the file twice.
set -eu
[ $# -ge 3 ] || { sed -n '2,5p' "$0" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
. "$here/classpath.sh"
exec java -Xmx128m -cp "$(sample_traces_classpath "$here/../..")" \
    dev.hindsight.sampletraces.synthetic.KvmWorkload "$@"
