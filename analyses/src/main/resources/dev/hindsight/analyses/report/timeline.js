
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
