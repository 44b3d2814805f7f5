// What the page needs of the browser and Streamlit has no part for: the address and its history, undo by keys, going to a tab that was opened, words beside a thumb while it moves.
const REST = 1000; // milliseconds in which the reader does nothing after which what is done next is a new entry of the browser's history
const SHOWN = 10_000; // milliseconds that a notice stays
const params = (text) => [...new URLSearchParams(text)].map((pair) => pair.join("=")).sort().join("&");
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

class Keeper {
  constructor() {
    this.touched = -REST; this.fresh = false; this.came = null; this.tab = undefined; this.shown = 0; this.timers = [];
    this.events = [
      [window, "popstate", (event) => this.back(event)],
      [window, "keydown", (event) => this.key(event)],
      [document, "click", (event) => this.click(event)],
      ...["keydown", "pointerdown", "input"].map((name) => [window, name, () => this.touch()]),
    ];
    for (const [where, name, act] of this.events) where.addEventListener(name, act, true);
    this.sliders = new MutationObserver((changes) => { for (const { target } of changes) if (target.matches("input[type=range]")) this.words(target); });
    // below: the first screen is past, and the tabs with the answer in one line have its place
    this.sight = new IntersectionObserver(([entry]) => document.body.classList.toggle("below", !entry.isIntersecting && entry.boundingClientRect.top < 0), { rootMargin: "-60px 0px 0px 0px" });
  }
  update({ data, setTriggerValue }) {
    this.data = data; this.send = setTriggerValue;
    if (data.heard === this.wanted) this.wanted = "";
    this.watch(); this.address(data.query); this.open(data.tab); this.notice(data.dropped);
  }
  watch() {
    const levers = document.querySelector(".st-key-levers"), screen = document.querySelector(".st-key-main");
    if (levers && levers !== this.levers) { this.sliders.disconnect(); this.sliders.observe(levers, { attributes: true, attributeFilter: ["value"], subtree: true }); this.levers = levers; }
    if (screen && screen !== this.screen) { this.sight.disconnect(); this.sight.observe(screen); this.screen = screen; }
  }
  // by the reader's own hand, not by when answers come: a slow server would make five presses five entries
  touch() {
    const now = performance.now();
    this.fresh ||= now - this.touched >= REST;
    this.touched = now;
  }
  // the address says what the page stands for: a new entry after a rest, the same one while a lever is on its way
  address(query) {
    if (this.came !== null && params(this.came) !== params(query) && performance.now() - this.left < 5 * REST) return; // the page is still on its way to where the reader went back to
    const arrived = this.came !== null;
    this.came = null; clearTimeout(this.asking);
    if (params(query) === params(location.search)) { this.first = false; return; }
    const url = location.pathname + (query ? `?${query}` : "");
    const same = this.first !== false || arrived || !this.fresh;
    history[same ? "replaceState" : "pushState"](history.state, "", url);
    this.first = this.fresh = false;
  }
  back(event) {
    if (params(location.search) === params(this.data.query)) return; // only a place in the page
    event.stopImmediatePropagation(); // Streamlit would take it for another page
    this.came = location.search.slice(1); this.touched = -REST;
    this.ask();
  }
  // asked again until the page is there: what is sent while it is being redrawn can be lost
  ask(tries = 8) {
    clearTimeout(this.asking);
    this.left = performance.now();
    this.send("went", this.came || "?");
    if (tries) this.asking = setTimeout(() => { if (this.came !== null) this.ask(tries - 1); }, 1.2 * REST);
  }
  key(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    if (event.target.closest?.("textarea, input:not([type=range], [type=radio], [type=checkbox])")) return;
    const key = event.key.toLowerCase(), what = key === "y" || (key === "z" && event.shiftKey) ? "redo" : key === "z" ? "undo" : "";
    if (!what) return;
    event.preventDefault();
    this.step(what);
  }
  // asked again until it is heard, and done once: what is sent while the page is being redrawn can be lost
  step(what) { this.wanted = `${Date.now()}:${what}`; this.insist(); }
  insist(tries = 6) {
    clearTimeout(this.insisting);
    this.send("step", this.wanted);
    if (tries) this.insisting = setTimeout(() => { if (this.wanted) this.insist(tries - 1); }, 1.2 * REST);
  }
  click(event) {
    const from = event.target.closest?.("[data-do]"), what = from?.dataset.do;
    if (!what) return;
    event.preventDefault();
    if (what === "levers") this.go(".st-key-levers", "input[type=range]");
    else if (what === "copy") this.copy(from);
    else this.step(what);
  }
  copy(from) {
    const said = from.textContent, done = (words) => { from.textContent = words; setTimeout(() => { from.textContent = said; }, 2000); };
    (navigator.clipboard?.writeText(location.href) ?? Promise.reject()).then(() => done("Link copied"), () => prompt("The link to this page", location.href));
  }
  // a tab that was opened by the reader is gone to; one that the address opened is not
  open(tab) {
    if (this.tab !== undefined && tab && tab !== this.tab) this.wait(() => document.querySelector(".st-key-open_tab"), () => this.go(".st-key-open_tab"));
    this.tab = tab;
  }
  // again where what lies above or in it grew meanwhile, unless the reader scrolls
  go(selector, focus, again = 4) {
    const place = document.querySelector(selector);
    if (!place) return;
    place.scrollIntoView({ behavior: calm() ? "auto" : "smooth", block: "start" });
    if (focus) place.querySelector(focus)?.focus({ preventScroll: true });
    const stop = new AbortController(), off = () => stop.abort();
    for (const name of ["wheel", "touchstart", "keydown", "pointerdown"]) addEventListener(name, off, { capture: true, passive: true, signal: stop.signal });
    this.timers.push(setTimeout(() => {
      const off = stop.signal.aborted; stop.abort();
      const now = document.querySelector(selector);
      const away = now && now.getBoundingClientRect().top - parseFloat(getComputedStyle(now).scrollMarginTop);
      if (!off && again > 1 && away > 8) this.go(selector, "", again - 1);
    }, 700));
  }
  wait(ready, then, tries = 60) {
    if (ready()) then(); else if (tries) this.timers.push(setTimeout(() => this.wait(ready, then, tries - 1), 50));
  }
  // a notice goes after a while, unless somebody is at it
  notice(count) {
    if (count === this.shown) return;
    this.shown = count; clearTimeout(this.leaving);
    document.body.classList.remove("unnoticed");
    const leave = () => {
      const at = document.querySelector(".st-key-toast");
      if (at?.matches(":focus-within, :hover")) { this.leaving = setTimeout(leave, 1000); return; }
      document.body.classList.add("unnoticed");
    };
    if (count) this.leaving = setTimeout(leave, SHOWN);
  }
  // what the scale says where the thumb is, and the bar from where it was
  words(input) {
    const place = input.closest("[class*=st-key-part_], [class*=st-key-lever_]"), strip = place?.querySelector(".strip"), said = place?.querySelector(".anchor");
    if (!strip?.dataset.anchors || !said) return;
    const value = Number(input.value), was = Number(strip.dataset.was), low = Math.min(value, was), high = Math.max(value, was), bar = strip.querySelector("b");
    if (bar) { bar.style.left = `${100 * low}%`; bar.style.width = `${100 * (high - low)}%`; }
    const words = phrase(JSON.parse(strip.dataset.anchors), value);
    if (said.textContent !== words) said.textContent = words;
  }
  close() {
    for (const [where, name, act] of this.events) where.removeEventListener(name, act, true);
    this.sliders.disconnect(); this.sight.disconnect(); clearTimeout(this.leaving); clearTimeout(this.asking); clearTimeout(this.insisting); this.timers.forEach(clearTimeout);
    document.body.classList.remove("below", "unnoticed");
  }
}

// as `levers.anchor` in Python says it
function phrase(anchors, value) {
  const [at, words] = anchors.reduce((best, one) => (Math.abs(one[0] - value) < Math.abs(best[0] - value) - 1e-9 ? one : best));
  const off = value - at, first = at === anchors[0][0], last = at === anchors[anchors.length - 1][0];
  if (value < 0.005 && first && at >= 0.25) return "None";
  if (Math.abs(off) <= 0.05 + 1e-9 || (off < 0 && first && at <= 0.2) || (off > 0 && last && at >= 0.8)) return words.charAt(0).toUpperCase() + words.slice(1);
  return `${off > 0 ? "More" : "Less"} than: ${words}`;
}

export default function (component) {
  const own = component.parentElement;
  own.regimeSimKeeper ??= new Keeper();
  own.regimeSimKeeper.update(component);
  return () => { own.regimeSimKeeper?.close(); delete own.regimeSimKeeper; };
}
