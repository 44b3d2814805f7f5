// The engine from JavaScript: a compiled scenario in (see door.py), blocks of futures out as sums of
// whole numbers, which add up in any order. Computes nothing itself; types are in engine.d.ts.

const PAGE = 65536;
const NONE = 0xffffffff;
const ARRAYS = {
  f8: Float64Array,
  i8: BigInt64Array,
  u8: BigUint64Array,
  i4: Int32Array,
  u4: Uint32Array,
  i2: Int16Array,
  u1: Uint8Array,
  b1: Uint8Array,
};

const padded = (size) => Math.ceil(size / 64) * 64;

/** The numbers of a column, of which JSON writes the infinite ones as words. */
function column(type, values) {
  const Kind = ARRAYS[type];
  return Kind === BigInt64Array ? Kind.from(values, (v) => BigInt(v)) : Kind.from(values, Number);
}

export class Engine {
  /** Load a module: its bytes, a fetch of it, or a compiled one that another thread has sent. */
  static async load(source) {
    const module = source instanceof WebAssembly.Module ? source : await compiled(await source);
    return new Engine(module);
  }

  constructor(module) {
    this.module = module;
    this.exports = new WebAssembly.Instance(module, {}).exports;
    this.about = this.#said();
    this.heap = padded(this.exports.__heap_base.value);
  }

  #said() {
    const begin = this.exports.rs_about.value;
    const bytes = new Uint8Array(this.exports.memory.buffer, begin);
    const text = new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
    const about = JSON.parse(text);
    if (about.regime_sim !== "engine") throw new Error("not a module of regime_sim");
    return about;
  }

  /** Make a scenario's text ready; refuses one that was compiled for another law. */
  scenario(text) {
    const said = typeof text === "string" ? JSON.parse(text) : text;
    if (said.regime_sim !== "scenario") throw new Error("not a compiled scenario of regime_sim");
    if (said.mark !== this.about.mark) {
      const marks = `${said.mark.slice(0, 12)}, the module's is ${this.about.mark.slice(0, 12)}`;
      throw new Error(`the scenario was compiled for another law: its mark is ${marks}`);
    }
    const columns = (part) =>
      Object.fromEntries(
        Object.entries(said[part]).map(([k, v]) => [k, column(this.about.types[part][k], v)]),
      );
    return { ...said, run: columns("run"), draw: columns("draw") };
  }

  /** Draws of the priors: x and p, one row each after another. */
  draw(scenario, { seed = 1n, first = 0, draws }) {
    const { row, structural } = this.about.lengths;
    const numbers = {
      first_draw: first,
      draws,
      seed,
      uncertain: scenario.draw.keys.length,
      joint_rows: scenario.joint_rows,
      joint_columns: scenario.draw.columns.length,
      key: scenario.joint_key,
    };
    const results = { x: ["f8", draws * row], p: ["f8", draws * structural] };
    return this.#called("rs_draw", this.about.draw, numbers, scenario.draw, results).results;
  }

  /** Futures first ... first + number - 1. x and p: rows to use instead of drawn ones, one per
   * `every` futures. bins: cells of the histograms. traced: the place of a future whose every week
   * is kept, if any. */
  run(scenario, { seed = 1n, first = 0, number, bins = 50, x, p, every = scenario.every, traced }) {
    const { observed, state, inputs, ledger, row, exits } = this.about.lengths;
    const drawn = Math.floor(first / every);
    const draws = Math.floor((first + number - 1) / every) - drawn + 1;
    const rows = x && p ? { x, p } : this.draw(scenario, { seed, first: drawn, draws });
    if (rows.x.length !== draws * row) throw new Error(`expected ${draws} rows of numbers`);
    const weeks = scenario.horizon + 1;
    const kept = traced === undefined ? 0 : scenario.horizon;
    const numbers = {
      first,
      seed,
      horizon: scenario.horizon,
      worlds: number,
      every,
      generals: scenario.generals,
      peers: scenario.peers,
      rows: scenario.run.target.length,
      bin_count: bins,
      traced: traced ?? NONE,
      weighed: 1,
      stop: 0,
    };
    const results = {
      ledger: ["i2", number * ledger],
      counts: ["i8", weeks],
      sums: ["i8", observed * weeks],
      bins: ["i8", observed * weeks * bins],
      chances: ["f8", number * exits],
      trace_state: ["f8", kept * state],
      trace_inputs: ["f8", kept * inputs],
      trace_status: ["u1", kept * scenario.generals],
      trace_private: ["i2", kept * scenario.generals],
      work: ["u1", Number(this.exports.rs_work(numbers.generals, numbers.peers, numbers.rows))],
    };
    const given = { ...scenario.run, ...rows };
    const found = this.#called("rs_run", this.about.run, numbers, given, results);
    if (Number(found.gave) !== number) throw new Error(`only ${found.gave} of ${number} futures ran`);
    delete found.results.work;
    return found.results;
  }

  #called(name, layout, numbers, given, results) {
    const order = [...layout.numbers, ...layout.places];
    const places = {};
    let at = this.heap + padded(8 * order.length);
    const place = (key, bytes) => {
      places[key] = at;
      at += padded(bytes);
    };
    for (const [key, array] of Object.entries(given)) place(key, array.byteLength);
    for (const [key, [type, length]] of Object.entries(results)) {
      place(key, ARRAYS[type].BYTES_PER_ELEMENT * length);
    }
    const memory = this.#grown(at);
    for (const [key, array] of Object.entries(given)) {
      new array.constructor(memory, places[key], array.length).set(array);
    }
    for (const [key, [type, length]] of Object.entries(results)) {
      if (key !== "work") new ARRAYS[type](memory, places[key], length).fill(type === "i8" ? 0n : 0);
    }
    const table = new BigUint64Array(memory, this.heap, order.length);
    order.forEach((key, k) => {
      table[k] = BigInt(numbers[key] ?? places[key]);
    });
    const gave = this.exports[name](this.heap);
    const copies = Object.entries(results).map(([key, [type, length]]) => [
      key,
      key === "work" ? null : new ARRAYS[type](memory, places[key], length).slice(),
    ]);
    return { gave, results: Object.fromEntries(copies) };
  }

  /** The memory, grown to hold so many bytes; views made before may no longer be used. */
  #grown(bytes) {
    const { memory } = this.exports;
    const missing = bytes - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
    return memory.buffer;
  }
}

async function compiled(source) {
  if (typeof Response !== "undefined" && source instanceof Response) {
    return WebAssembly.compileStreaming(source);
  }
  return WebAssembly.compile(source);
}

/** Adds a block's whole numbers to another's: counts, sums and bins. */
export function add(total, block) {
  for (const name of ["counts", "sums", "bins"]) {
    const into = total[name];
    block[name].forEach((value, k) => {
      into[k] += value;
    });
  }
  return total;
}
