
/** Black or white, whichever is easier to read on a colour (relative luminance as WCAG has it). */
function inkOn(colour) {
  const n = parseInt(colour.slice(1), 16);
  const linear = [n >> 16, (n >> 8) & 255, n & 255].map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] > 0.179 ? "#111418" : "#ffffff";
}

/** A delivery: its stages in the first lane, then CPUs and virtual CPUs. */
class DeliveryScene {
  constructor(delivery) {
    this.d = delivery;
    const p = delivery.points;
    this.moments = [["due", p.due_ns], ["asserted", 0], ["runnable", p.runnable_ns], ["scheduled", p.scheduled_ns],
      ["entered", p.entered_ns], ["handled", p.handled_ns]].filter(([, t]) => t !== null && t !== undefined);
    this.stages = [];
    const between = [["device", "due", "asserted"], ["wake", "asserted", "runnable"], ["schedule", "runnable", "scheduled"],
      ["host", "scheduled", "entered"], ["guest", "entered", "handled"]];
    const at = Object.fromEntries(this.moments);
    for (const [stage, from, to] of between) {
      if (from in at && to in at && at[to] > at[from]) this.stages.push({ stage, start: at[from], end: at[to] });
    }
    let known = 0;
    for (const s of this.stages) if (s.stage !== "device") known += s.end - s.start;
    if (known < delivery.response_ns && !this.stages.some((s) => s.stage !== "device")) {
      this.stages.push({ stage: "unseen", start: 0, end: delivery.response_ns });
    }
    let first = Math.min(0, ...this.moments.map((m) => m[1]));
    let last = Math.max(...this.moments.map((m) => m[1]), delivery.response_ns);
    for (const lane of delivery.lanes) {
      for (const s of lane.spans) {
        first = Math.min(first, s[0]);
        last = Math.max(last, s[0] + s[1]);
      }
    }
    this.first = first;
    this.last = Math.max(last, first + 1000);
  }

  lanes() {
    let top = 30;
    const lanes = [{ label: "interrupt", top, height: 24 }];
    top += 34;
    for (const lane of this.d.lanes) {
      const label = lane.lane === "cpu" ? `CPU ${lane.number}` : `vCPU ${lane.number}`;
      lanes.push({ label, top, height: 24, spans: lane.spans, lane });
      top += 30;
    }
    return lanes;
  }

  height() {
    const lanes = this.lanes();
    const last = lanes[lanes.length - 1];
    return last.top + last.height + 12;
  }

  state(lane, span) {
    const state = this.d.texts[span[2]];
    if (lane.lane.lane === "vcpu" || state !== "thread") return state;
    const role = this.d.texts[span[4]];
    return role === "user" ? "user" : ["vmm", "vcpu", "iothread", "vhost"].includes(role) ? "vmm" : "kernel";
  }

  words(from, to) {
    return `shows ${duration(from)} to ${duration(to)} from the assertion`;
  }

  spanWords(lane, span) {
    const who = this.d.texts[span[3]];
    const state = this.state(lane, span);
    return `${lane.label}: ${STATE_WORDS[state] || state}${who ? ", " + who : ""}\n`
      + `from ${duration(span[0])} for ${exact(span[1])}`
      + (span[5] ? `\n${count(span[5])} short spans, mostly this` : "");
  }

  steps() {
    if (!this.walk) {
      const lanes = this.lanes();
      this.walk = this.stages.map((s) => ({ start: s.start, end: s.end, top: lanes[0].top, height: lanes[0].height,
        words: `stage ${s.stage}: from ${duration(s.start)} for ${exact(s.end - s.start)}` }));
      for (const lane of lanes.slice(1)) {
        for (const s of lane.spans) {
          if (s[1] >= (this.last - this.first) / 400) {
            this.walk.push({ start: s[0], end: s[0] + s[1], top: lane.top, height: lane.height,
              words: this.spanWords(lane, s).replace("\n", ", ") });
          }
        }
      }
    }
    return this.walk;
  }

  at(view, x, y) {
    const t = view.time(x);
    for (const lane of this.lanes()) {
      if (y < lane.top || y > lane.top + lane.height) continue;
      if (!lane.spans) {
        const s = this.stages.find((g) => g.start <= t && t < g.end);
        return s ? `${s.stage}: ${exact(s.end - s.start)}\nfrom ${duration(s.start)} to ${duration(s.end)}` : null;
      }
      const near = (view.to - view.from) / (view.width - view.left) * 1.5;
      let best = null;
      for (const s of lane.spans) {
        if (s[0] - near > t) break;
        if (s[0] - near <= t && t < s[0] + s[1] + near && (!best || (s[0] <= t && t < s[0] + s[1]))) best = s;
      }
      return best ? this.spanWords(lane, best) : null;
    }
    return null;
  }

  draw(view) {
    const colours = STATE_COLOURS[mode()];
    const stageColours = STAGE_COLOURS[mode()];
    const lanes = this.lanes();
    for (const lane of lanes) view.laneLabel(lane.label, lane.top, lane.height);
    view.clipped((c) => {
      for (const s of this.stages) this.block(view, c, s.start, s.end, lanes[0], stageColours[s.stage], s.stage);
      for (const lane of lanes.slice(1)) {
        for (const s of lane.spans) {
          if (s[0] > view.to || s[0] + s[1] < view.from) continue;
          const state = this.state(lane, s);
          const who = this.d.texts[s[3]] || STATE_WORDS[state] || state;
          const label = lane.lane.lane === "vcpu" ? STATE_WORDS[state] || state : state === "gap" ? "no event" : state === "idle" ? "idle" : who;
          this.block(view, c, s[0], s[0] + s[1], lane, colours[state] || colours.unknown, label);
        }
      }
      const bottom = lanes[lanes.length - 1].top + lanes[lanes.length - 1].height + 6;
      for (const [name, t] of this.moments) {
        c.strokeStyle = css("--ink");
        c.lineWidth = name === "asserted" || name === "handled" ? 1.5 : 0.75;
        c.setLineDash(name === "asserted" || name === "handled" ? [] : [3, 3]);
        c.beginPath();
        c.moveTo(view.x(t), 22);
        c.lineTo(view.x(t), bottom);
        c.stroke();
      }
      if (DATA.slo_ns && this.d.response_ns > DATA.slo_ns) {
        c.strokeStyle = css("--bad");
        c.setLineDash([6, 4]);
        c.lineWidth = 1.5;
        c.beginPath();
        c.moveTo(view.x(DATA.slo_ns), 22);
        c.lineTo(view.x(DATA.slo_ns), bottom);
        c.stroke();
      }
      c.setLineDash([]);
    });
  }

  block(view, c, start, end, lane, colour, label) {
    const x0 = view.x(start), x1 = Math.max(x0 + 0.6, view.x(end));
    c.fillStyle = colour;
    c.fillRect(x0, lane.top, x1 - x0, lane.height);
    const from = Math.max(x0, view.left), to = Math.min(x1, view.width - 8);
    if (to - from > 5) {
      c.strokeStyle = css("--bg");
      c.lineWidth = 0.75;
      c.strokeRect(x0, lane.top, x1 - x0, lane.height);
    }
    if (to - from > 34) {
      c.fillStyle = inkOn(colour);
      c.textAlign = "left";
      const room = to - from - 8;
      let text = label;
      if (c.measureText(text).width > room) {
        while (text.length > 1 && c.measureText(text + "…").width > room) text = text.slice(0, -1);
        text += "…";
      }
      if (text.length > 2) c.fillText(text, from + 4, lane.top + lane.height / 2 + 0.5);
    }
  }
}
