// The emulator in the browser: decodes the coefficients once and predicts survival, exit modes and whether the regime goes on at any setting of the parts.
const decode = (text) => new Float32Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
const odds = (p, least) => { const q = Math.min(1 - least, Math.max(least, p)); return Math.log(q / (1 - q)); };

class Emulator {
  constructor(data) {
    Object.assign(this, data);
    for (const [name, text] of Object.entries(data.arrays)) this[name] = decode(text);
    this.d = data.names.length; this.m = this.mean.length; this.k = this.basis.length / this.m; this.n = this.points.length / this.d;
  }
  // log odds of all outputs at x (d)
  logOdds(x) {
    const { d, k, m, n } = this, score = new Float64Array(k), scaled = new Float64Array(d);
    for (let j = 0; j < k; j++) { let s = this.line[j]; for (let i = 0; i < d; i++) s += x[i] * this.line[(i + 1) * k + j]; score[j] = s; }
    for (let i = 0; i < d; i++) scaled[i] = x[i] / this.lengths[i];
    for (let p = 0; p < n; p++) {
      let square = 0;
      for (let i = 0; i < d; i++) { const gap = scaled[i] - this.points[p * d + i]; square += gap * gap; }
      const r = Math.sqrt(5 * square), c = (1 + r + r * r / 3) * Math.exp(-r);
      for (let j = 0; j < k; j++) score[j] += c * this.weights[p * k + j];
    }
    const z = new Float64Array(m);
    for (let o = 0; o < m; o++) { let s = this.mean[o]; for (let j = 0; j < k; j++) s += score[j] * this.basis[j * m + o]; z[o] = s; }
    return z;
  }
  // what must be added so that the setting `at` gives `exact`
  shift(at, exact) {
    const z = this.logOdds(at);
    return z.map((value, o) => odds(exact[o], this.least) - value);
  }
  // shares at x, anchored
  predict(x, shift) {
    return this.logOdds(x).map((value, o) => 1 / (1 + Math.exp(-value - shift[o])));
  }
  // where the parts stand when sliders are at `sliders`, of which `was` were in force at the setting `at`
  setting(at, was, sliders) {
    const x = Float64Array.from(at);
    for (const [lever, parts] of Object.entries(this.ramps)) {
      if (!(lever in sliders) || Math.abs(sliders[lever] - was[lever]) < 1e-9) continue;
      const home = Math.abs(sliders[lever] - this.levers[lever]) < 1e-9;
      for (const [place, settings, values] of parts) {
        x[place] = home ? this.start[place] : between(sliders[lever], settings, values);
      }
    }
    this.names.forEach((name, place) => { if (name in sliders && Math.abs(sliders[name] - was[name]) > 1e-9) x[place] = sliders[name]; });
    return x;
  }
}

// on the straight line between settings, level beyond them
function between(value, settings, values) {
  const k = settings.findIndex((one) => value < one);
  if (k <= 0) return k < 0 ? values[values.length - 1] : values[0];
  const share = (value - settings[k - 1]) / (settings[k] - settings[k - 1]);
  return values[k - 1] + share * (values[k] - values[k - 1]);
}

let last; // the text that the emulator was made from: parsed once

export default function (component) {
  if (component.data === last && window.regimeSimEmulator) return;
  last = component.data;
  window.regimeSimEmulator = new Emulator(JSON.parse(last));
}
