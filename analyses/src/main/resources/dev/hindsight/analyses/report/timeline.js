
const ZOOMS = [];

/**
 * Time from left to right on a canvas, to zoom and pan by mouse, touch, buttons and keys. What is drawn in it is told by
 * `scene`: first, last (ns, numbers), height(width), draw(view), at(view, x, y) for the tooltip, steps() of things that the
 * keys n and p go through, and words(from, to).
 */
class Zoomable {
  constructor(name, label) {
    this.canvas = el("canvas", { class: "zoom", tabindex: "0", role: "application", id: "zoom-" + name, "aria-label": label,
      "aria-roledescription": "timeline to zoom", "aria-describedby": "zoom-hint-" + name });
    const button = (text, title, act) =>
      el("button", { type: "button", "aria-label": title, title, onclick: () => { act(); this.tell(); } }, text);
    this.controls = el("div", { class: "controls", role: "group", "aria-label": "Zoom" },
      button("+", "Zoom in", () => this.zoom(0.5)),
      button("−", "Zoom out", () => this.zoom(2)),
      button("◀", "Earlier", () => this.pan(-0.25)),
      button("▶", "Later", () => this.pan(0.25)),
      button("Whole", "Show the whole", () => this.reset()));
    this.hint = el("p", { class: "hint", id: "zoom-hint-" + name },
      "Drag to pan, double-click or pinch to zoom, wheel to zoom once it has the focus. Keys: ",
      ...["+", "−", "←", "→"].flatMap((k) => [el("kbd", {}, k), " "]), el("kbd", {}, "Home"), " the whole, ",
      el("kbd", {}, "n"), " ", el("kbd", {}, "p"), " next and previous thing.");
    this.scene = null;
    this.chosen = -1;
    this.pointers = new Map();
    this.listen();
    ZOOMS.push(this);
    new ResizeObserver(() => this.draw()).observe(this.canvas);
  }

  show(scene) {
    this.scene = scene;
    this.from = scene.first;
    this.to = scene.last;
    this.chosen = -1;
    this.draw();
  }

  get width() {
    return this.canvas.clientWidth;
  }
  get left() {
    return this.width <= 520 ? 62 : 108;
  }
  x(t) {
    return this.left + ((t - this.from) / (this.to - this.from)) * (this.width - this.left - 8);
  }
  time(x) {
    return this.from + ((x - this.left) / (this.width - this.left - 8)) * (this.to - this.from);
  }

  zoom(factor, around) {
    const s = this.scene;
    const middle = around === undefined ? (this.from + this.to) / 2 : around;
    const whole = s.last - s.first;
    const span = Math.min(whole, Math.max(Math.min(200, whole), (this.to - this.from) * factor));
    const share = (middle - this.from) / (this.to - this.from);
    this.move(middle - share * span, span);
  }
  pan(share) {
    const span = this.to - this.from;
    this.move(this.from + share * span, span);
  }
  reset() {
    this.move(this.scene.first, this.scene.last - this.scene.first);
  }
  move(from, span) {
    const s = this.scene;
    this.from = Math.max(s.first, Math.min(s.last - span, from));
    this.to = this.from + span;
    this.draw();
  }
  tell() {
    announce(this.scene.words(this.from, this.to));
  }

  choose(step) {
    const steps = this.scene.steps();
    if (!steps.length) return;
    this.chosen = (this.chosen + step + steps.length) % steps.length;
    const it = steps[this.chosen];
    const span = this.to - this.from;
    if (it.start < this.from || it.end > this.to) {
      const wanted = Math.min(this.scene.last - this.scene.first, Math.max(span, 1.2 * (it.end - it.start)));
      this.move((it.start + it.end) / 2 - wanted / 2, wanted);
    } else {
      this.draw();
    }
    announce(it.words);
  }

  listen() {
    const c = this.canvas;
    const at = (e) => {
      const box = c.getBoundingClientRect();
      return { x: e.clientX - box.left, y: e.clientY - box.top };
    };
    c.addEventListener("keydown", (e) => {
      if (e.ctrlKey || e.metaKey || e.altKey) return;
      const keys = {
        "+": () => this.zoom(0.5), "=": () => this.zoom(0.5), "-": () => this.zoom(2), "−": () => this.zoom(2),
        ArrowLeft: () => this.pan(e.shiftKey ? -0.8 : -0.15), ArrowRight: () => this.pan(e.shiftKey ? 0.8 : 0.15),
        Home: () => this.reset(), "0": () => this.reset(), n: () => this.choose(1), p: () => this.choose(-1),
      };
      if (keys[e.key]) {
        e.preventDefault();
        keys[e.key]();
        if (e.key !== "n" && e.key !== "p") this.tell();
      }
    });
    c.addEventListener("wheel", (e) => {
      if (document.activeElement !== c && !e.ctrlKey) return;
      e.preventDefault();
      if (e.shiftKey || Math.abs(e.deltaX) > Math.abs(e.deltaY)) this.pan((e.deltaX || e.deltaY) / 800);
      else this.zoom(Math.exp(Math.max(-1, Math.min(1, e.deltaY / 300))), this.time(at(e).x));
    }, { passive: false });
    c.addEventListener("dblclick", (e) => this.zoom(e.shiftKey ? 2 : 0.4, this.time(at(e).x)));
    c.addEventListener("pointerdown", (e) => {
      c.setPointerCapture(e.pointerId);
      this.pointers.set(e.pointerId, at(e));
      c.focus({ preventScroll: true });
    });
    const up = (e) => this.pointers.delete(e.pointerId);
    c.addEventListener("pointerup", up);
    c.addEventListener("pointercancel", up);
    c.addEventListener("pointermove", (e) => {
      const now = at(e);
      const before = this.pointers.get(e.pointerId);
      if (before && this.pointers.size === 1) {
        this.pan(-(now.x - before.x) / (this.width - this.left - 8));
      } else if (before && this.pointers.size === 2) {
        const [other] = [...this.pointers].filter(([id]) => id !== e.pointerId).map(([, p]) => p);
        const was = Math.abs(before.x - other.x), is = Math.abs(now.x - other.x);
        if (was > 8 && is > 8) this.zoom(was / is, this.time((now.x + other.x) / 2));
      }
      if (before) this.pointers.set(e.pointerId, now);
      this.tip(e, this.scene && now.x >= this.left ? this.scene.at(this, now.x, now.y) : null);
    });
    c.addEventListener("pointerleave", () => this.tip(null, null));
    c.addEventListener("blur", () => this.tip(null, null));
  }

  tip(e, text) {
    const box = document.getElementById("tooltip");
    box.hidden = !text;
    if (!text) return;
    box.textContent = text;
    const width = box.offsetWidth;
    const x = Math.min(e.pageX + 14, document.documentElement.clientWidth - width - 6);
    box.style.left = Math.max(4, x) + "px";
    box.style.top = e.pageY + 16 + "px";
  }

  draw() {
    if (!this.scene || !this.width) return;
    const ratio = Math.max(2, window.devicePixelRatio || 1);
    const height = this.scene.height(this.width);
    this.canvas.style.height = height + "px";
    const w = Math.round(this.width * ratio), h = Math.round(height * ratio);
    if (this.canvas.width !== w || this.canvas.height !== h) {
      this.canvas.width = w;
      this.canvas.height = h;
    }
    const c = this.canvas.getContext("2d");
    this.c = c;
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.clearRect(0, 0, this.width, height);
    c.fillStyle = css("--bg");
    c.fillRect(0, 0, this.width, height);
    c.font = `12px ${Chart.defaults.font.family}`;
    c.textBaseline = "middle";
    this.axis(height);
    this.scene.draw(this);
    if (this.chosen >= 0) {
      const it = this.scene.steps()[this.chosen];
      if (it) {
        c.strokeStyle = css("--focus");
        c.lineWidth = 2.5;
        const x0 = Math.max(this.left, this.x(it.start)), x1 = Math.min(this.width - 8, this.x(it.end));
        if (x1 >= x0) c.strokeRect(x0 - 1, it.top - 1, Math.max(3, x1 - x0) + 2, it.height + 2);
      }
    }
  }

  /** Ticks at round times, labels as from the scene's zero. */
  axis(height) {
    const c = this.c;
    const span = this.to - this.from;
    const room = Math.max(2, Math.floor((this.width - this.left) / 90));
    const rough = span / room;
    const size = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((m) => m * size).find((s) => s >= rough);
    c.textAlign = "center";
    for (let t = Math.ceil(this.from / step) * step; t <= this.to; t += step) {
      const x = this.x(t);
      c.strokeStyle = css("--grid");
      c.lineWidth = 1;
      c.beginPath();
      c.moveTo(x, 22);
      c.lineTo(x, height);
      c.stroke();
      c.fillStyle = css("--muted");
      const text = Math.abs(t) < step / 1e6 ? "0" : axisDuration(Number(t.toPrecision(9)));
      if (x - c.measureText(text).width / 2 > this.left - 6 && x + c.measureText(text).width / 2 < this.width) {
        c.fillText(text, x, 11);
      }
    }
  }

  laneLabel(text, top, height) {
    const c = this.c;
    c.textAlign = "left";
    c.fillStyle = css("--ink");
    c.save();
    c.beginPath();
    c.rect(0, top, this.left - 6, height);
    c.clip();
    c.fillText(text, 8, top + height / 2);
    c.restore();
  }

  clipped(draw) {
    const c = this.c;
    c.save();
    c.beginPath();
    c.rect(this.left, 0, this.width - this.left - 8, 4000);
    c.clip();
    draw(c);
    c.restore();
  }
}

function inkOn(colour) {
  const n = parseInt(colour.slice(1), 16);
  const light = 0.299 * (n >> 16) + 0.587 * ((n >> 8) & 255) + 0.114 * (n & 255);
  return light > 140 ? "#111418" : "#ffffff";
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
          const label = lane.lane.lane === "vcpu" ? STATE_WORDS[state] || state : state === "idle" ? "idle" : who;
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
