import { BandMap } from "#lib/domain/condition-bands.ts";
import { decide } from "#lib/domain/decision.ts";
import type { Facts, FactValue } from "#lib/domain/incident.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import { builtInPlaybooks } from "#lib/queries/playbook/built-in.ts";
import { parsePlaybook } from "#lib/queries/playbook/parse-playbook.ts";

/*
 * How long a verdict takes to follow what is typed: decide() on the largest built-in playbook, with another random half
 * of its facts answered each time, by values from between and on its thresholds. Each situation is decided five times and
 * its median counts, so that p99 tells of situations and not of what else the machine does.
 */
const aimMs = 1;
const rounds = Number(process.argv[2] ?? "2000");
const repeats = 5;

function rowsOf(playbook: Playbook) {
  return playbook.matrices.flatMap((matrix) => matrix.rows);
}

const playbooks = (await builtInPlaybooks()).map(({ id, source }) => {
  const parsed = parsePlaybook(source);
  if (!parsed.ok) throw new Error(`${id}: ${JSON.stringify(parsed.faults)}`);
  return parsed.playbook;
});
const [largest] = playbooks.toSorted((a, b) => rowsOf(b).length - rowsOf(a).length);
if (!largest) throw new Error("There is no built-in playbook.");
const { dimensions } = new BandMap(
  largest.facts,
  rowsOf(largest).map((row) => row.when),
);
const answers = dimensions.flatMap(({ fact, held, values }) => {
  const fitting = values.filter((value) => value !== null);
  const companion = largest.facts.find((one) => one.id === fact)?.heldFor;
  const id = held === null ? fact : companion;
  return id === undefined ? [] : [{ id, values: fitting }];
});

let seed = 1;
function random(below: number): number {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return Math.floor((seed / 2_147_483_648) * below);
}

function halfOfTheFacts(): Facts {
  const shuffled = answers
    .map((one) => ({ one, order: random(1_000_000) }))
    .toSorted((a, b) => a.order - b.order)
    .slice(0, Math.ceil(answers.length / 2));
  return Object.fromEntries(
    shuffled.flatMap(({ one: { id, values } }): [string, FactValue][] => {
      const value = values[random(values.length)];
      return value === undefined ? [] : [[id, value]];
    }),
  );
}

const [now, detectedAt] = [new Date(), new Date()];
const times: number[] = [];
for (let round = -500; round < rounds; round++) {
  const facts = halfOfTheFacts();
  const taken = Array.from({ length: repeats }, () => {
    const start = performance.now();
    decide(largest, facts, { now, detectedAt });
    return performance.now() - start;
  }).sort((a, b) => a - b);
  // The first ones meet code that has not been compiled yet.
  if (round >= 0) times.push(taken[Math.floor(repeats / 2)] ?? 0);
}
times.sort((a, b) => a - b);
const at = (share: number): string =>
  (times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(3);
console.log(
  `decide() on ${largest.id} (${rowsOf(largest).length} rows, ${largest.facts.length} facts, half of them known): ` +
    `median ${at(0.5)} ms, p99 ${at(0.99)} ms (aim < ${aimMs} ms)`,
);
