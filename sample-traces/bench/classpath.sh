# Sourced by the scripts here: sample_traces_classpath ROOT compiles module sample-traces where its classes are missing
# or older than its sources, and prints the class path that runs them.
sample_traces_classpath() {
    module=$1/sample-traces
    path=$module/target/classpath.txt
    if [ ! -f "$path" ] || [ -n "$(find "$module/src/main" "$module/pom.xml" -newer "$path" -print -quit)" ]; then
        mvn -q -B -f "$1/pom.xml" -pl sample-traces compile dependency:build-classpath \
            -Dmdep.includeScope=runtime -Dmdep.outputFile="$path" >&2
    fi
    echo "$module/target/classes:$(cat "$path")"
}
