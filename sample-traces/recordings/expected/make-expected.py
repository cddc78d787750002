#!/usr/bin/env python3
"""Computes the expected figures of the recordings from the text of `trace-cmd report`.

usage: make-expected.py [NAME...]     all recordings in SHA256SUMS, or those named; writes NAME.json beside this script
       make-expected.py --check [...] computes them again and says which of the committed ones differ
       make-expected.py --text FILE NAME   counts only, from a report that another trace-cmd wrote (see README.md, v7-zlib)

Slow and obvious on purpose: it is the second opinion on what the Java code and the SQL compute, and shares no code, no
reader and no data structure with them. Needs trace-cmd and, for the .dat.zst, zstd. README.md describes the figures.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from fractions import Fraction

HERE = os.path.dirname(os.path.abspath(__file__))
RECORDINGS = os.path.dirname(HERE)
# Debian's trace-cmd is built without zlib and cannot read the recording that uses it; another one can be named.
TRACE_CMD = os.environ.get("TRACE_CMD", "trace-cmd")

# "  CPU 0/KVM-143   [001]    12.437911530: kvm_exit:   exit_reason=123 ..."; the name may hold blanks and dashes. A ring
# buffer other than the top one puts its name in front, "kvmbuf: ". Not every clock has a fraction.
EVENT = re.compile(r"^\s*(?:(?P<buffer>\w+): +)?(?P<comm>\S.*|)-(?P<tid>\d+) +\[(?P<cpu>\d+)\] +(?P<time>[\d.]+): +"
                   r"(?P<name>[\w-]+): *(?P<text>.*)$")
LOST = re.compile(r"^\s*(?:\w+: +)?CPU:(?P<cpu>\d+) \[(?P<count>\d+)? ?EVENTS DROPPED\]")
FIELD = re.compile(r"(\w+)=(.*?)(?= \w+=|$)")

# SVM exit codes that the lab's guests meet, by the names of the kernel's SVM_EXIT_REASONS.
SVM_EXITS = {0x60: "interrupt", 0x64: "vintr", 0x78: "hlt", 0x7b: "io", 0x400: "npf"}
# sched_switch's prev_state of a thread that could go on: TASK_RUNNING, or that with the preempted mark.
RUNNABLE = (0, 256)
JOB_PORT = 0x510


class Event:
    def __init__(self, match):
        self.buffer = match["buffer"] or ""
        self.comm = match["comm"].strip()
        self.tid = int(match["tid"])
        self.cpu = int(match["cpu"])
        seconds, _, fraction = match["time"].partition(".")
        self.ns = int(seconds) * 10**9 + int(fraction.ljust(9, "0")) if fraction else int(seconds)
        self.name = match["name"]
        self.text = match["text"]
        self._fields = None

    def __getitem__(self, field):
        if self._fields is None:
            self._fields = dict(FIELD.findall(self.text))
        value = self._fields[field]
        if field == "target_cpu" or field.endswith("comm"):
            return value
        return int(value, 0)


def tool():
    text = subprocess.run([TRACE_CMD, "--version"], capture_output=True, text=True).stdout
    return re.search(r"trace-cmd version [\d.]+", text)[0]


class Unreadable(Exception):
    pass


def report(path):
    """The text of `trace-cmd report`, raw fields, time stamps to the nanosecond."""
    run = subprocess.run([TRACE_CMD, "report", "-t", "-R", "-i", path], capture_output=True, text=True, errors="replace")
    if run.returncode:
        raise Unreadable("this trace-cmd cannot read it")
    return run.stdout


def parse(text):
    """All events in time order, the count of lost ones by CPU, and how many CPUs there are."""
    events, lost, cpus = [], defaultdict(int), 0
    for line in text.splitlines():
        if line.startswith("cpus="):
            cpus = int(line[5:])
            continue
        match = EVENT.match(line)
        if match:
            events.append(Event(match))
            continue
        match = LOST.match(line)
        if match:
            lost[match["cpu"]] += int(match["count"] or 0)
    return events, lost, cpus


def quantiles(values):
    """Exact ones, by two definitions: see README.md."""
    if not values:
        return {"count": 0}
    v = sorted(values)
    n = len(v)
    out = {"count": n, "min_ns": v[0], "max_ns": v[-1], "sum_ns": sum(v)}
    for label, q in (("p50", Fraction(50, 100)), ("p90", Fraction(90, 100)), ("p99", Fraction(99, 100)),
                     ("p999", Fraction(999, 1000))):
        rank = -(-q * n // 1)  # the ceiling
        out[label + "_nearest_rank_ns"] = v[max(int(rank), 1) - 1]
        place = q * (n - 1)
        low = int(place)
        high = min(low + 1, n - 1)
        out[label + "_ns"] = float(v[low] + (v[high] - v[low]) * (place - low))
    return out


def counts(events):
    by_event = defaultdict(lambda: defaultdict(int))
    by_cpu = defaultdict(int)
    by_buffer = defaultdict(int)
    for e in events:
        by_event[e.name][str(e.cpu)] += 1
        by_cpu[str(e.cpu)] += 1
        by_buffer[e.buffer] += 1
    return {
        "by_event": {name: dict(sorted(per.items())) | {"total": sum(per.values())} for name, per in sorted(by_event.items())},
        "by_cpu": dict(sorted(by_cpu.items())),
        "by_buffer": dict(sorted(by_buffer.items())),
    }


def vcpu_threads(events):
    """tid -> vCPU number: a thread that enters a guest is a vCPU."""
    return {e.tid: e["vcpu_id"] for e in events if e.name == "kvm_entry"}


def names(events):
    """tid -> the last name seen."""
    comm = {0: "<idle>"}
    for e in events:
        if e.tid:
            comm[e.tid] = e.comm
        if e.name == "sched_switch":
            for side in ("prev", "next"):
                if e[side + "_pid"]:
                    comm[e[side + "_pid"]] = e[side + "_comm"]
    return comm


def running(events):
    """(cpu, tid, from, to) of each stay on a CPU. A CPU is covered from its first event to its last."""
    spans, now = [], {}
    last = {}
    for e in events:
        if e.cpu not in now:
            now[e.cpu] = (e["prev_pid"] if e.name == "sched_switch" else e.tid, e.ns)
        if e.name == "sched_switch":
            tid, since = now[e.cpu]
            spans.append((e.cpu, tid, since, e.ns))
            now[e.cpu] = (e["next_pid"], e.ns)
        last[e.cpu] = e.ns
    for cpu, (tid, since) in now.items():
        spans.append((cpu, tid, since, last[cpu]))
    return spans


def role(tid, comm, vcpus, vmm):
    if tid == 0:
        return "idle"
    if tid in vcpus:
        return "vcpu"
    if tid in vmm:
        return "vmm"
    for prefix, r in (("kvm-pit/", "kvm-pit"), ("ksoftirqd/", "ksoftirqd"), ("rcu", "rcu"), ("kworker/", "kworker"),
                      ("irq/", "irq"), ("vhost-", "vhost")):
        if comm.startswith(prefix):
            return r
    if re.match(r"migration/|kthreadd|jbd2/|ext4lazyinit|kcompactd|khugepaged|kswapd|watchdogd|kdevtmpfs|kauditd|oom_reaper|"
                r"writeback|khungtaskd|cpuhp/|idle_inject/|kvm-nx-lpage|scsi_|9p|kthrotld|kblockd|ksmd", comm):
        return "kernel"
    return "user"


def cpu_time(events, vcpus, comm):
    """CPU time by thread and by role."""
    vmm = set()
    for e in events:
        if e.name == "sched_process_fork" and e["child_pid"] in vcpus:
            vmm.add(e["parent_pid"])
    for e in events:
        if e.name == "sched_process_fork" and e["parent_pid"] in vmm:
            vmm.add(e["child_pid"])
    by_tid, by_role = defaultdict(int), defaultdict(int)
    for _, tid, start, end in running(events):
        by_tid[tid] += end - start
        by_role[role(tid, comm.get(tid, ""), vcpus, vmm)] += end - start
    return {
        "by_role_ns": dict(sorted(by_role.items())),
        "by_tid_ns": {str(t): {"comm": comm.get(t, ""), "role": role(t, comm.get(t, ""), vcpus, vmm), "ns": ns}
                      for t, ns in sorted(by_tid.items())},
    }


def waits(events, comm):
    """How long threads wait for a CPU: after they were woken, and after they were preempted."""
    state = {}  # tid -> "running" | "asleep" | ("woken", since) | ("preempted", since)
    woken, preempted = defaultdict(list), defaultdict(list)
    for e in events:
        if e.name == "sched_waking":
            tid = e["pid"]
            if state.get(tid, "asleep") == "asleep":
                state[tid] = ("woken", e.ns)
        elif e.name == "sched_switch":
            prev, nxt = e["prev_pid"], e["next_pid"]
            if prev:
                state[prev] = ("preempted", e.ns) if e["prev_state"] in RUNNABLE else "asleep"
            if nxt:
                was = state.get(nxt)
                if isinstance(was, tuple):
                    (woken if was[0] == "woken" else preempted)[nxt].append(e.ns - was[1])
                state[nxt] = "running"
        elif e.tid and e.tid not in state:
            state[e.tid] = "running"
    return {
        str(tid): {"comm": comm.get(tid, ""), "woken": quantiles(woken[tid]), "preempted": quantiles(preempted[tid])}
        for tid in sorted(set(woken) | set(preempted))
    }


class Delivery:
    def __init__(self, asserted):
        self.asserted = asserted
        self.coalesced = 0
        self.runnable = self.scheduled = self.injected = self.entered = self.handled = None


def deliveries(events, vcpu):
    """The interrupts of line 0 that this vCPU took, from kvm_set_irq to the guest's handler. One VM, one vCPU."""
    pending = None  # raised, not yet injected
    outstanding = None  # injected, the handler not yet seen
    unacknowledged = False  # injected, not yet acknowledged
    level = 0
    done, dropped, ignored = [], [], 0
    state = None  # of the vCPU's thread; its first event tells that it runs
    for e in events:
        if state is None and e.tid == vcpu:
            state = "running"
        if e.name == "kvm_set_irq" and e["gsi"] == 0:
            if e["level"] and not level:
                if pending:
                    pending.coalesced += 1
                else:
                    pending = Delivery(e.ns)
                    if state in ("running", "runnable"):
                        pending.runnable = e.ns
                    if state == "running":
                        pending.scheduled = e.ns
            level = e["level"]
        elif e.name == "sched_waking" and e["pid"] == vcpu:
            if state == "asleep":
                state = "runnable"
            if pending and pending.runnable is None:
                pending.runnable = e.ns
        elif e.name == "sched_switch" and e["next_pid"] == vcpu:
            state = "running"
            if pending:
                if pending.runnable is None:
                    pending.runnable = e.ns
                if pending.scheduled is None:
                    pending.scheduled = e.ns
        elif e.name == "sched_switch" and e["prev_pid"] == vcpu:
            state = "runnable" if e["prev_state"] in RUNNABLE else "asleep"
        elif e.tid != vcpu:
            continue
        elif e.name == "kvm_inj_virq" and e["reinjected"] == 0:
            if pending is None:
                ignored += 1
                continue
            pending.injected = e.ns
            outstanding, pending = pending, None
            unacknowledged = True
        elif e.name == "kvm_entry":
            if outstanding and outstanding.entered is None:
                outstanding.entered = e.ns
        elif e.name == "kvm_pio" or e.name == "kvm_ack_irq":
            if outstanding:
                outstanding.handled = e.ns
                done.append(outstanding)
                outstanding = None
            if e.name == "kvm_ack_irq":
                # An acknowledge of what was never injected: the guest has set up its interrupt controller, which
                # forgets what was pending.
                if not unacknowledged and pending:
                    dropped.append(pending)
                    pending = None
                unacknowledged = False
    return done, dropped, ignored, [d for d in (outstanding, pending) if d]


def interrupt_response(events, vcpu):
    done, dropped, ignored, unfinished = deliveries(events, vcpu)
    stages = {
        "response": [d.handled - d.asserted for d in done],
        "wake": [d.runnable - d.asserted for d in done],
        "schedule": [d.scheduled - d.runnable for d in done],
        "host": [d.entered - d.scheduled for d in done],
        "guest": [d.handled - d.entered for d in done],
        "injection": [d.injected - d.asserted for d in done],
    }
    worst = sorted(done, key=lambda d: (d.asserted - d.handled, d.asserted))[:10]
    return {
        "irq": 0,
        "raised": sum(1 + d.coalesced for d in done + dropped + unfinished),
        "coalesced": sum(d.coalesced for d in done),
        "dropped": [{"asserted_ns": d.asserted, "coalesced": d.coalesced} for d in dropped],
        "unfinished": [{"asserted_ns": d.asserted, "injected_ns": d.injected, "coalesced": d.coalesced} for d in unfinished],
        "injected_without_assertion": ignored,
        "stages": {name: quantiles(values) for name, values in stages.items()},
        "over_1ms": sum(1 for x in stages["response"] if x > 10**6),
        "worst": [{"asserted_ns": d.asserted, "runnable_ns": d.runnable, "scheduled_ns": d.scheduled,
                   "injected_ns": d.injected, "entered_ns": d.entered, "handled_ns": d.handled,
                   "coalesced": d.coalesced, "response_ns": d.handled - d.asserted} for d in worst],
    }


def jobs(events):
    begun, durations, ends_without_begin = {}, [], 0
    for e in events:
        if e.name == "kvm_pio" and e["port"] == JOB_PORT and e["rw"] == 1:
            if e["val"]:
                begun.setdefault(e.tid, e.ns)
            elif e.tid in begun:
                durations.append(e.ns - begun.pop(e.tid))
            else:
                ends_without_begin += 1
    return {"marker": "job=pio:0x510", "unfinished": len(begun), "ends_without_begin": ends_without_begin} | quantiles(durations)


def exits(events):
    """By reason: how many, and the time from kvm_exit to the same thread's next kvm_entry. Guest time beside it."""
    out, entered, by_code, open_ends = {}, {}, defaultdict(list), defaultdict(int)
    guest = defaultdict(int)
    for e in events:
        if e.name == "kvm_exit":
            if e.tid in entered:
                guest[e.tid] += e.ns - entered.pop(e.tid)
            out[e.tid] = (e.ns, e["exit_reason"])
        elif e.name == "kvm_entry":
            if e.tid in out:
                since, code = out.pop(e.tid)
                by_code[code].append(e.ns - since)
            entered[e.tid] = e.ns
    for _, code in out.values():
        open_ends[code] += 1
    rows = {}
    for code in sorted(set(by_code) | set(open_ends)):
        rows[str(code)] = {"name": SVM_EXITS.get(code, hex(code)), "exits": len(by_code[code]) + open_ends[code],
                           "to_entry": quantiles(by_code[code])}
    return {"by_code": rows, "guest_ns": {str(t): ns for t, ns in sorted(guest.items())}}


def halts(events):
    """kvm_vcpu_wakeup: how a halt ended, while polling (waited=0) or asleep (waited=1)."""
    found = {0: [], 1: []}
    for e in events:
        if e.name == "kvm_vcpu_wakeup":
            found[e["waited"]].append(e["ns"])
    return {"poll": quantiles(found[0]), "wait": quantiles(found[1])}


def figures(text, given):
    events, lost, cpus = parse(text)
    result = {"tool": "a report given as text" if given else tool(), "cpus": cpus, "events": len(events)}
    if not given:
        result |= {"first_ns": min(e.ns for e in events), "last_ns": max(e.ns for e in events)}
    result |= {"lost": dict(sorted(lost.items()))} | counts(events)
    if given:
        return result
    if any(e.name == "kvm_set_irq" for e in events) and "kvm_pio" in result["by_event"] and not lost:
        comm = names(events)
        vcpus = vcpu_threads(events)
        assert len(vcpus) == 1, "the lab's recordings have one guest with one vCPU"
        (vcpu,) = vcpus
        result["vcpu_tid"] = vcpu
        result["interrupt_response"] = interrupt_response(events, vcpu)
        result["jobs"] = jobs(events)
        result["exits"] = exits(events)
        result["halts"] = halts(events)
        result["cpu"] = cpu_time(events, vcpus, comm)
        result["waits"] = waits(events, comm)
    return result


def without_tool(path):
    """The committed figures; another version of trace-cmd must come to the same."""
    with open(path) as committed:
        return json.load(committed) | {"tool": ""}


def main(arguments):
    check = "--check" in arguments
    given = None
    if "--text" in arguments:
        at = arguments.index("--text")
        with open(arguments[at + 1]) as text:
            given = text.read()
        arguments = arguments[:at] + arguments[at + 2:]
    wanted = [a for a in arguments if not a.startswith("-")]
    different = 0
    with open(os.path.join(RECORDINGS, "SHA256SUMS")) as sums:
        listed = [line.split() for line in sums]
    for sha256, file in listed:
        name = re.sub(r"\.dat(\.zst)?$", "", file)
        if wanted and name not in wanted:
            continue
        path = os.path.join(RECORDINGS, file)
        with tempfile.TemporaryDirectory() as scratch:
            if file.endswith(".zst"):
                plain = os.path.join(scratch, name + ".dat")
                with open(plain, "wb") as out:
                    subprocess.run(["zstd", "-qdc", path], stdout=out, check=True)
                path = plain
            try:
                result = {"name": name, "file": file, "sha256": sha256} | figures(given or report(path), given is not None)
            except Unreadable as e:
                print("skipped: ", name, "(" + str(e) + ")")
                continue
        text = json.dumps(result, indent=1) + "\n"
        target = os.path.join(HERE, name + ".json")
        if check:
            same = os.path.exists(target) and without_tool(target) == result | {"tool": ""}
            different += not same
            print(("same     " if same else "DIFFERENT"), name)
        else:
            with open(target, "w") as out:
                out.write(text)
            r = result.get("interrupt_response", {}).get("stages", {}).get("response", {})
            print(name, result["events"], "events", {k: round(v / 1000) for k, v in r.items() if re.match("p|max", k)})
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
