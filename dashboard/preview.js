// Follows a slider while it moves: draws both survival curves from the emulator, marked as a preview, until the exact result is there.
const decode = (text) => new Float32Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
const place = (selector) => document.querySelector(selector);
const escape = (text) => text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
// shares of a whole as whole numbers of 100 that add up, by largest remainders
const wholes = (shares) => {
  const found = shares.map((share) => Math.floor(100 * share)), rest = shares.map((share, k) => [100 * share - found[k], k]).sort((a, b) => b[0] - a[0]);
  for (let k = 0; found.reduce((a, b) => a + b, 0) < 100 && k < rest.length; k++) found[rest[k][1]]++;
  return found;
};
const QUIET = 900; // milliseconds after which a preview that led to no new result goes away

class Preview {
  constructor(root) {
    this.root = root; this.moved = {}; this.swapped = new Map(); this.held = false; this.frame = 0; this.timer = 0;
    this.observer = new MutationObserver((changes) => {
      for (const { target } of changes) if (target.matches("input[type=range]")) this.slider(target);
    });
    // a count of few futures that arrives while the preview is shown is not shown: before it is painted, the preview is back
    this.said = new MutationObserver(() => {
      const say = place(".st-key-top .say[data-answer]");
      if (this.on && this.data && !this.data.coarse && say?.hasAttribute("data-coarse") && !say.textContent.includes("≈")) this.draw();
    });
    this.down = (event) => { if (event.target.closest("[data-testid=stSlider]")) this.held = true; };
    this.up = () => { this.held = false; if (this.on) this.settle(); };
    addEventListener("pointerdown", this.down, true);
    addEventListener("pointerup", this.up, true);
    addEventListener("pointercancel", this.up, true);
    this.watch();
  }
  watch() {
    const levers = place(".st-key-levers"), top = place(".st-key-top");
    if (top && top !== this.top) { this.said.disconnect(); this.said.observe(top, { childList: true, subtree: true, characterData: true, attributes: true }); this.top = top; }
    if (levers && levers !== this.watched) {
      this.observer.disconnect();
      this.observer.observe(levers, { attributes: true, attributeFilter: ["value"], subtree: true });
      this.watched = levers;
    }
  }
  // a new exact result: anchor there
  anchor(data) {
    this.watch();
    const em = window.regimeSimEmulator;
    clearTimeout(this.late);
    if (!data) return;
    // a first answer of few futures is no better than the preview: that stays until the finer one is there
    if (data.coarse && this.on && this.data && !this.data.coarse && data.base === this.data.base && em === this.em) { this.pending = data; this.draw(); return; }
    this.pending = null;
    if (!em) { this.late = setTimeout(() => this.anchor(data), 100); return; } // the emulator's own component is not there yet
    const fresh = !this.data || this.data.id !== data.id;
    this.data = data; this.em = em; this.at = decode(data.at); this.exact = decode(data.exact); this.before = data.before.map(decode);
    if (fresh || this.shifted !== em) { this.shift = em.shift(this.at, this.exact); this.shifted = em; }
    if (!this.held) { this.moved = {}; this.clear(); }
  }
  slider(input) {
    const name = /st-key-slider_(\S+)/.exec(input.closest("[class*=st-key-slider_]")?.className ?? "")?.[1];
    const key = name && Object.keys(this.data?.sliders ?? {}).find((one) => one.replace(/[^a-zA-Z0-9_-]/g, "-") === name);
    if (!key) return;
    const value = Number(input.value);
    if (Math.abs(value - this.data.sliders[key]) < 1e-9) delete this.moved[key]; else this.moved[key] = value;
    if (!this.held && !Object.keys(this.moved).length) { this.clear(); return; }
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.draw());
    if (!this.held) this.settle();
  }
  settle() {
    clearTimeout(this.timer);
    if (!Object.keys(this.moved).length) { this.timer = setTimeout(() => this.clear(), 60); return; }
    this.timer = setTimeout(() => { if (!this.held && !document.querySelector("[data-stale=true]")) { this.moved = {}; this.clear(); } }, 8 * QUIET);
  }
  draw() {
    const { em, data } = this, H = em.horizon;
    const shares = em.predict(em.setting(this.at, data.sliders, this.moved), this.shift);
    this.shares = shares;
    const curve = (from) => { const line = [1]; for (let w = 0; w < H; w++) line.push(Math.min(line[w], shares[from + w])); return line; };
    const leader = curve(0), regime = curve(H).map((value, w) => Math.max(value, 0));
    const whole = wholes([1 - regime[H], Math.max(0, regime[H] - leader[H]), leader[H]]);
    const chart = place(".survival-wide, .survival-narrow, .survival-broad");
    document.body.classList.add("previewing"); this.on = true;
    this.say(whole);
    if (chart) this.paint(chart, leader, regime, whole);
    performance.mark("regime_sim preview");
  }
  say([falls, goesOn]) {
    const out = falls + goesOn;
    const { data, em } = this, error = (100 * em.band[em.horizon - 1]).toFixed(1);
    this.swap(".st-key-top .say", `In <mark>≈ ${out} of 100</mark> simulated futures ${escape(data.name)} is out of office by ${escape(data.until)}. In <mark>≈ ${goesOn}</mark> of those the regime goes on.`);
    this.swap(".st-key-top .under", `<b>Preview, not simulated yet.</b> Estimated by an emulator of this model; 95% of its errors are within ${error} points.`);
    this.swap(".dock p b", `≈${out}`);
  }
  swap(selector, html) {
    const element = place(selector);
    if (!element) return;
    const known = this.swapped.get(element);
    this.swapped.set(element, { was: known && known.now === element.innerHTML ? known.was : element.innerHTML, now: null });
    element.innerHTML = html;
    this.swapped.get(element).now = element.innerHTML;
  }
  clear() {
    cancelAnimationFrame(this.frame); clearTimeout(this.timer);
    for (const [element, { was, now }] of this.swapped) if (element.innerHTML === now) element.innerHTML = was;
    this.swapped.clear();
    document.body.classList.remove("previewing"); this.on = false;
    this.root.innerHTML = "";
    const pending = this.pending;
    if (pending) { this.pending = null; this.anchor(pending); }
  }
  paint(chart, leader, regime, whole) {
    const { em, data } = this, H = em.horizon;
    if (!this.root.offsetParent) return; // on its way out of the page
    const own = this.root.offsetParent.getBoundingClientRect(), box = chart.getBoundingClientRect();
    const narrow = chart.classList.contains("survival-narrow"), left = 34, top = 92, broad = chart.classList.contains("survival-broad"), w = narrow ? box.width - 130 : broad ? 446 : 330, h = narrow ? 250 : broad ? 410 : 390;
    Object.assign(this.root.style, { left: `${box.left - own.left}px`, top: `${box.top - own.top}px`, width: `${box.width}px`, height: `${Math.max(box.height, top + h + 40)}px` });
    const x = (week) => left + (w * week) / H, y = (share) => top + h * (1 - share);
    const path = (line) => line.map((value, k) => `${k ? "L" : "M"}${x(k).toFixed(1)} ${y(value).toFixed(1)}`).join("");
    const area = (line, from) => {
      const edge = (sign) => line.map((value, k) => [x(k), y(Math.min(1, Math.max(0, value + sign * (k ? em.band[from + k - 1] : 0))))]);
      return `M${edge(1).map((p) => p.map((v) => v.toFixed(1)).join(" ")).join("L")}L${edge(-1).reverse().map((p) => p.map((v) => v.toFixed(1)).join(" ")).join("L")}Z`;
    };
    const grid = [0, 25, 50, 75, 100].map((k) => `<line class="rule" x1="${left}" x2="${left + w}" y1="${y(k / 100)}" y2="${y(k / 100)}"/><text x="${left - 6}" y="${y(k / 100) + 4}" text-anchor="end">${k}</text>`).join("");
    const start = new Date(`${data.start}T00:00Z`), months = [];
    for (let k = 0; k <= H; k += Math.max(4, 13 * Math.round(H / 52))) {
      const day = new Date(start.getTime() + k * 7 * 864e5);
      months.push(`<text x="${x(k)}" y="${top + h + 18}" text-anchor="middle">${day.toLocaleString("en", { month: "short", timeZone: "UTC" })}${k === 0 ? ` ${day.getUTCFullYear()}` : ""}</text>`);
    }
    const dashed = this.before.map((line) => `<path class="before" d="${path([...line])}"/>`).join("");
    const was = [0, H].map((from) => `<path class="was" d="${path([1, ...this.exact.slice(from, from + H)])}"/>`).join("");
    const end = left + w;
    const numbers = [[whole[0], (1 + regime[H]) / 2, "regime falls"], [whole[1], (regime[H] + leader[H]) / 2, "he leaves, it stays"], [whole[2], leader[H] / 2, "he stays"]];
    const ys = numbers.map(([, at]) => y(at));
    for (let k = 1; k < 3; k++) ys[k] = Math.max(ys[k], ys[k - 1] + 17);
    const said = numbers.map(([share, , words], k) => `<text class="big" x="${end + 10}" y="${ys[k] + 5}">≈${share}<tspan class="small" dx="5">${narrow ? "" : words}</tspan></text>`).join("");
    const where = Math.round(H * 0.6), near = Math.round(H * 0.18); // words clear of their sloping lines: by the height at their nearer end
    this.root.innerHTML = `<svg width="${box.width}" height="${Math.max(box.height, top + h + 40)}" role="presentation"><defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line x1="0" x2="0" y1="0" y2="5" class="hatch"/></pattern></defs>
      <rect class="frame" x="0.5" y="0.5" width="${box.width - 1}" height="${Math.max(box.height, top + h + 40) - 1}"/>
      <text class="title" x="12" y="28">≈ ${whole[0] + whole[1]} of 100 out, the regime falls in ≈ ${whole[0]}</text>
      <text x="12" y="48">Preview, not simulated yet. Hatched: 95% of its errors.</text>${grid}${months.join("")}${was}${dashed}
      <path fill="url(#hatch)" d="${area(leader, 0)}"/><path fill="url(#hatch)" d="${area(regime, H)}"/>
      <path class="dots" d="${path(leader)}"/><path class="dots thin" d="${path(regime)}"/>
      <text class="label" x="${x(where)}" y="${y(leader[Math.min(H, where + near)]) + 24}" text-anchor="middle">${narrow ? "in office" : `${escape(data.name)} in office`}</text>
      <text class="label" x="${x(where)}" y="${Math.max(top - 6, y(regime[where - near]) - 12)}" text-anchor="middle">Regime stands</text>${said}</svg>`;
  }
  close() {
    this.observer.disconnect(); this.said.disconnect(); this.clear(); clearTimeout(this.late);
    removeEventListener("pointerdown", this.down, true); removeEventListener("pointerup", this.up, true); removeEventListener("pointercancel", this.up, true);
  }
}

export default function (component) {
  const root = component.parentElement.querySelector(".preview");
  if (!root.regimeSim) root.regimeSim = new Preview(root);
  window.regimeSimPreview = root.regimeSim;
  root.regimeSim.anchor(component.data && JSON.parse(component.data));
  return () => { root.regimeSim?.close(); delete root.regimeSim; };
}
