#!/bin/sh
# scenarios.sh LOAD GUEST "POLICIES" SECONDS [TAKE]: records one scenario for each policy; runs inside the target host.
#
# Writes /mnt/LOAD-GUEST-POLICY[-TAKE].dat and a .txt beside it with what the monitor said. README.md has the lists of
# loads, guests and policies. To add one, add a line to load_on, guest_arguments or policy_arguments.
#
#   LTTNG="tid procname"   records the same with LTTng at the same time, with these contexts ("none" for none), into
#                          /mnt/LOAD-GUEST-POLICY[-TAKE].ctf/
#   LTTNG_BUFFERS=32Kx256  sub-buffers of each CPU: their size, and how many
set -u
if [ $# -lt 4 ]; then
    sed -n '2s/^# /usage: /p' "$0" >&2
    exit 2
fi
LOAD=$1 GUEST=$2 POLICIES=$3 SECONDS_EACH=$4 TAKE=${5:+-$5}
EVENTS="-e kvm
    -e sched:sched_switch -e sched:sched_wakeup -e sched:sched_waking -e sched:sched_wakeup_new
    -e sched:sched_migrate_task -e sched:sched_process_fork -e sched:sched_process_exit -e sched:sched_process_exec
    -e irq -e irq_vectors
    -e timer:hrtimer_start -e timer:hrtimer_expire_entry -e timer:hrtimer_expire_exit -e timer:hrtimer_cancel"
# The same, as LTTng names them. It has no events of halted vCPUs' polling.
LTTNG_EVENTS="kvm_*,sched_switch,sched_wakeup,sched_waking,sched_wakeup_new,sched_migrate_task"
LTTNG_EVENTS="$LTTNG_EVENTS,sched_process_fork,sched_process_exit,sched_process_exec,irq_*,x86_irq_vectors_*"
LTTNG_EVENTS="$LTTNG_EVENTS,timer_hrtimer_start,timer_hrtimer_expire_entry,timer_hrtimer_expire_exit,timer_hrtimer_cancel"
# Small ones, so that a short recording has many packets; more than a quiet moment of who reads them fills.
LTTNG_BUFFERS=${LTTNG_BUFFERS:-32Kx256}
LOAD_PIDS=

fail() {
    echo "scenarios.sh: $*" >&2
    exit 1
}

# everything_to CPUS MASK: everything that can be moved runs there: tasks, device interrupts, unbound work queues. What
# refuses (threads bound to a CPU, interrupts of a timer) stays, as it does on any machine; hence the silence.
everything_to() {
    for task in /proc/[0-9]*/task/*; do
        taskset -pc "$1" "${task##*/}" >/dev/null 2>&1
    done
    for mask in /proc/irq/*/smp_affinity /proc/irq/default_smp_affinity /sys/devices/virtual/workqueue/cpumask; do
        echo "$2" 2>/dev/null >"$mask"
    done
}
shield_on() { everything_to 0 1; }
shield_off() { everything_to 0,1 3; }

in_background() {
    "$@" &
    LOAD_PIDS="$LOAD_PIDS $!"
}

bonnie_for_ever() { # CPUS NAME
    mkdir -p "/data/$2"
    while :; do
        taskset -c "$1" bonnie++ -d "/data/$2" -s 24M -r 12M -n 2 -u 0 -q >/dev/null 2>&1
    done
}

mount_disk() {
    mkdir -p /data
    grep -q ' /data ' /proc/mounts && return
    mkfs.ext4 -q -F /dev/vda || fail "no disk"
    mount -t ext4 /dev/vda /data || fail "the disk does not mount"
}

load_on() { # LOAD CPUS
    case $1 in
        idle) ;;
        compute) in_background taskset -c "$2" stress-ng --cpu 2 --cpu-method int32 -t 600 -q ;;
        bonnie)
            mount_disk
            in_background bonnie_for_ever "$2" a
            in_background bonnie_for_ever "$2" b
            ;;
        switch) in_background taskset -c "$2" stress-ng --pipe 2 --switch 1 -t 600 -q ;;
        timers) in_background taskset -c "$2" stress-ng --timerfd 1 --timerfd-freq 2000 --cpu 1 --cpu-method int32 -t 600 -q ;;
        batchvm)
            in_background taskset -c "$2" rtvmm -n batch-vm -t 600 /usr/bin/batch.bin
            in_background taskset -c "$2" rtvmm -n batch-vm2 -t 600 /usr/bin/batch.bin
            ;;
        *) fail "no load $1" ;;
    esac
    sleep 1
}

load_off() {
    for pid in $LOAD_PIDS; do
        kill -9 "$pid" 2>/dev/null
    done
    LOAD_PIDS=
    for program in stress-ng bonnie++ rtvmm; do
        killall -q -9 "$program"
    done
    sleep 1
    rm -rf /data/a /data/b
}

guest_arguments() { # GUEST
    case $1 in
        pithlt) echo "-d pit /usr/bin/pit-hlt.bin" ;;
        pitspin) echo "-d pit /usr/bin/pit-spin.bin" ;;
        exthlt) echo "-d thread:250 /usr/bin/ext-hlt.bin" ;;
        extspin) echo "-d thread:250 /usr/bin/ext-spin.bin" ;;
        *) fail "no guest $1" ;;
    esac
}

policy_arguments() { # POLICY
    case $1 in
        base | again) ;;
        shield) echo "-c 1" ;;
        prio | prioall) echo "-p fifo:80" ;;
        shieldprio) echo "-c 1 -p fifo:80" ;;
        cosched) echo "-C 80" ;;
        coschedboost) echo "-C 80 -B" ;;
        deadline) echo "-p deadline:4000/8000" ;;
        *) fail "no policy $1" ;;
    esac
}

shields() { case $1 in shield | shieldprio) true ;; *) false ;; esac; }
raises_pit() { case $1 in prioall | shieldprio | cosched | coschedboost) true ;; *) false ;; esac; }

# The PIT's kernel thread is there when the VM is: the monitor cannot know its number, so look for it a little later.
raise_pit_thread() {
    sleep 0.4
    for process in /proc/[0-9]*; do
        case $(cat "$process/comm" 2>/dev/null) in
            kvm-pit*) chrt -f -p 85 "${process##*/}" ;;
        esac
    done
}

lttng_daemon() {
    mkdir -p /var/run /dev/shm
    mount -t tmpfs shm /dev/shm
    lttng-sessiond -d --kmod-probes=kvm,kvm-x86,kvm-x86-mmu,sched,irq,x86-irq-vectors,timer || fail "no lttng-sessiond"
}

lttng_ready() {
    lttng -q create run --output=/tmp/lttng || fail "no LTTng session"
    lttng -q enable-channel -k --subbuf-size="${LTTNG_BUFFERS%x*}" --num-subbuf="${LTTNG_BUFFERS#*x}" kernel
    lttng -q enable-event -k -c kernel "$LTTNG_EVENTS"
    for context in $LTTNG; do
        [ "$context" = none ] || lttng -q add-context -k -c kernel -t "$context"
    done
}

# Runs a command while LTTng records.
cat >/tmp/within_lttng <<'END'
lttng -q start
"$@"
lttng -q stop
END

lttng_save() { # SCENARIO
    lttng list run >"/mnt/$1.lttng.txt"
    lttng -q destroy
    rm -rf "/mnt/$1.ctf"
    cp -r /tmp/lttng "/mnt/$1.ctf"
    rm -rf /tmp/lttng
}

record() { # POLICY
    scenario=$LOAD-$GUEST-$1$TAKE
    load_cpus=0,1
    shields "$1" && load_cpus=0
    policy=$(policy_arguments "$1") || exit 1
    guest=$(guest_arguments "$GUEST") || exit 1

    shields "$1" && shield_on
    load_on "$LOAD" "$load_cpus"
    # Again: threads of the kernel that the load brought to life.
    shields "$1" && shield_on
    raises_pit "$1" && raise_pit_thread &
    [ -z "${LTTNG:-}" ] || lttng_ready
    # LTTng within trace-cmd's time: what it records, trace-cmd recorded too.
    both=
    [ -z "${LTTNG:-}" ] || both="sh /tmp/within_lttng"
    # Recorded to memory: a file on the shared directory would be a load of its own.
    # shellcheck disable=SC2086 # lists of words
    trace-cmd record -q -C mono -b 16384 $EVENTS -o /tmp/trace.dat \
        $both rtvmm -t "$SECONDS_EACH" $policy $guest 2>/tmp/messages
    [ -z "${LTTNG:-}" ] || lttng_save "$scenario"
    { echo "scenario $scenario"; uname -r; cat /tmp/messages; } >"/mnt/$scenario.txt"
    cp /tmp/trace.dat "/mnt/$scenario.dat"
    rm -f /tmp/trace.dat
    load_off
    shields "$1" && shield_off
    echo "$scenario: $(grep -E 'jobs|lost|overrun' /tmp/messages | tr '\n' ' ')"
}

cd /tmp || exit 1
[ -z "${LTTNG:-}" ] || lttng_daemon
for each in $POLICIES; do
    record "$each"
done
sync
