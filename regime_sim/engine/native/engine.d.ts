/** What a module says of itself: the mark of its law, and how it is asked. */
export interface About {
  regime_sim: "engine";
  mark: string;
  lengths: Record<"inputs" | "structural" | "observed" | "state" | "ledger", number>;
}

/** A compiled scenario made ready; what is not named here is the engine's own. */
export interface Scenario {
  id: string;
  title: string;
  start: string;
  horizon: number;
  generals: number;
  every: number;
  observables: string[];
  ways: string[];
}

/** Rows of numbers, one row of x and one of p per `every` futures. */
export interface Rows {
  x: Float64Array;
  p: Float64Array;
}

/**
 * A block of futures. ledger: 11 numbers each; counts: futures in each week; sums: observables by
 * weeks in units of 2^-32; bins: observables by weeks by cells; chances: ten each.
 */
export interface Block {
  ledger: Int16Array;
  counts: BigInt64Array;
  sums: BigInt64Array;
  bins: BigInt64Array;
  chances: Float64Array;
  trace_state: Float64Array;
  trace_inputs: Float64Array;
  trace_status: Uint8Array;
  trace_private: Int16Array;
}

export interface Asked extends Partial<Rows> {
  seed?: bigint;
  first?: number;
  number: number;
  bins?: number;
  every?: number;
  traced?: number;
}

export class Engine {
  static load(
    source: BufferSource | Response | Promise<Response> | WebAssembly.Module,
  ): Promise<Engine>;
  constructor(module: WebAssembly.Module);
  readonly module: WebAssembly.Module;
  readonly about: About;
  scenario(text: string | object): Scenario;
  draw(scenario: Scenario, asked: { seed?: bigint; first?: number; draws: number }): Rows;
  run(scenario: Scenario, asked: Asked): Block;
}

/** Adds a block's counts, sums and bins to another's, and gives it back. */
export function add(total: Block, block: Block): Block;
