import { e2eSuite } from "./e2e-suite.ts";
import { staticChecks } from "./static-checks.ts";
import { add, isGood, nothing, tallyLine, type Tally } from "./tally.ts";
import { vitestSuite } from "./vitest-suite.ts";

const suites: Readonly<Record<string, () => Promise<Tally>>> = {
  check: staticChecks,
  unit: () => vitestSuite("unit"),
  database: () => vitestSuite("database"),
  contract: () => vitestSuite("contract"),
  crash: () => vitestSuite("crash"),
  // Each brings up its own systems, one after the other; the first time Kubernetes is built from source.
  targets: () => vitestSuite("targets", 60),
  e2e: e2eSuite,
};

const asked = process.argv[2] ?? process.env["LASTGOOD_TEST_ONLY"] ?? Object.keys(suites).join(",");
const names = asked.split(",").map((name) => name.trim());
const unknown = names.filter((name) => !Object.hasOwn(suites, name));
if (unknown.length > 0) {
  console.error(`There is no suite "${unknown.join('", "')}"; there are ${Object.keys(suites).join(", ")}.`);
  process.exit(2);
}

let sum = nothing;
for (const [name, run] of Object.entries(suites)) {
  if (!names.includes(name)) continue;
  console.log(`\n== ${name}`);
  const tally = await run().catch((error: unknown): Tally => {
    console.error(error);
    return { passed: 0, failed: 1, skipped: 0 };
  });
  console.log(`${name}: ${tallyLine(tally)}`);
  sum = add(sum, tally);
}
console.log(`\n${tallyLine(sum)}`);
process.exitCode = isGood(sum) ? 0 : 1;
