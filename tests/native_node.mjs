// Run by test_native_javascript.py: reads jobs as JSON lines, answers with SHA-256 of every array.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const [driver, module] = process.argv.slice(2);
const { Engine, add } = await import(driver);
const engine = await Engine.load(readFileSync(module));
const sha = (array) => createHash("sha256").update(new Uint8Array(array.buffer)).digest("hex");
const hashes = (found) =>
  Object.fromEntries(Object.entries(found).map(([name, array]) => [name, sha(array)]));

for await (const line of createInterface({ input: process.stdin })) {
  const { scenario, asked, what } = JSON.parse(line);
  let answer;
  try {
    const one = engine.scenario(JSON.parse(readFileSync(scenario, "utf8")));
    const seed = BigInt(asked.seed);
    if (what === "draw") answer = hashes(engine.draw(one, { ...asked, seed }));
    else if (what === "parts") {
      const total = engine.run(one, { ...asked, seed, number: 5 });
      for (const [first, number] of [[20, 12], [5, 15]]) {
        add(total, engine.run(one, { ...asked, seed, first: asked.first + first, number }));
      }
      answer = hashes({ counts: total.counts, sums: total.sums, bins: total.bins });
    } else if (what === "sent") {
      const every = one.every;
      const draws = Math.floor((asked.first + asked.number - 1) / every) - Math.floor(asked.first / every) + 1;
      const rows = engine.draw(one, { seed, first: Math.floor(asked.first / every), draws });
      answer = hashes(engine.run(one, { ...asked, ...rows, seed }));
    } else answer = hashes(engine.run(one, { ...asked, seed }));
  } catch (error) {
    answer = { error: error.message };
  }
  console.log(JSON.stringify(answer));
}
