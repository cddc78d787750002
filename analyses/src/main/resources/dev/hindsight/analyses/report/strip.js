
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** A whole run: each CPU's states in slots, stacked. */
class StripScene {
  constructor(strip, deliveries) {
    this.strip = strip;
    this.first = 0;
    this.last = Math.max(1, strip.duration_ns);
    this.marks = deliveries.map((d) => ({ place: d.place, start: Number(BigInt(d.points.asserted_ns) - BigInt(strip.first_ns)),
      length: d.response_ns }));
    this.cpus = strip.cpus.map((cpu) => {
      const states = STATES.filter((s) => cpu.states[s]).map((s) => [s, Array.from(cpu.states[s], (d) => DIGITS.indexOf(d) / 63)]);
      return { cpu: cpu.cpu, states, lost: cpu.lost };
    });
  }

  laneHeight() {
    return this.cpus.length > 16 ? 16 : this.cpus.length > 6 ? 26 : 46;
  }

  lanes() {
    return this.cpus.map((cpu, i) => ({ cpu, label: "CPU " + cpu.cpu, top: 48 + i * (this.laneHeight() + 8), height: this.laneHeight() }));
  }

  height() {
    return 48 + this.cpus.length * (this.laneHeight() + 8) + 6;
  }

  words(from, to) {
    return `shows ${duration(from)} to ${duration(to)} of the recording`;
  }

  steps() {
    return this.marks.map((m) => ({ start: m.start, end: m.start + m.length, top: 26, height: 16,
      words: `worst delivery ${m.place}, at ${duration(m.start)}, took ${exact(m.length)}` }));
  }

  at(view, x, y) {
    const t = view.time(x);
    if (y >= 24 && y <= 44) {
      const near = (view.to - view.from) / (view.width - view.left) * 7;
      const m = this.marks.find((k) => Math.abs(k.start - t) < near);
      return m ? `worst delivery ${m.place}\nat ${duration(m.start)}, took ${exact(m.length)}` : null;
    }
    const slot = Math.floor(t / this.strip.slot_ns);
    for (const lane of this.lanes()) {
      if (y < lane.top || y > lane.top + lane.height) continue;
      const shares = lane.cpu.states.filter(([, s]) => s[slot] > 0).map(([state, s]) => [state, s[slot]]);
      shares.sort((a, b) => b[1] - a[1]);
      return `${lane.label}, ${duration(slot * this.strip.slot_ns)}\n`
        + shares.slice(0, 6).map(([state, s]) => `${STATE_WORDS[state]} ${percent(Math.round(100 * s))}`).join("\n")
        + (lane.cpu.lost.includes(slot) ? "\nevents were lost here" : "");
    }
    return null;
  }

  draw(view) {
    const colours = STATE_COLOURS[mode()];
    const slot = this.strip.slot_ns;
    const first = Math.max(0, Math.floor(view.from / slot)), last = Math.min(this.strip.slots - 1, Math.ceil(view.to / slot));
    for (const lane of this.lanes()) view.laneLabel(lane.label, lane.top, lane.height);
    if (this.marks.length) view.laneLabel("worst", 26, 16);
    view.clipped((c) => {
      for (const lane of this.lanes()) {
        c.fillStyle = colours.idle;
        c.fillRect(view.x(0), lane.top, view.x(this.last) - view.x(0), lane.height);
        for (let i = first; i <= last; i++) {
          const x0 = view.x(i * slot), x1 = view.x(Math.min(this.last, (i + 1) * slot));
          let y = lane.top + lane.height;
          for (const [state, shares] of lane.cpu.states) {
            if (state === "idle" || !shares[i]) continue;
            const h = shares[i] * lane.height;
            c.fillStyle = colours[state];
            c.fillRect(x0, y - h, x1 - x0 + 0.4, h);
            y -= h;
          }
        }
        c.fillStyle = css("--bad");
        for (const i of lane.cpu.lost) {
          if (i >= first && i <= last) c.fillRect(view.x(i * slot), lane.top - 5, Math.max(2, view.x((i + 1) * slot) - view.x(i * slot)), 4);
        }
      }
      c.textAlign = "center";
      for (const m of [...this.marks].reverse()) {
        const x = view.x(m.start);
        c.fillStyle = css("--ink");
        c.fillRect(x - 0.5, 40, 1, 6);
        c.beginPath();
        c.arc(x, 33, 8.5, 0, 7);
        c.fill();
        c.fillStyle = css("--bg");
        c.font = `600 10.5px ${Chart.defaults.font.family}`;
        c.fillText(String(m.place), x, 33.5);
        c.font = `12px ${Chart.defaults.font.family}`;
      }
    });
  }
}
