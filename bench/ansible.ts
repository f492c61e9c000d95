import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { ownPostgres } from "#e2e/fixtures/engine/own-postgres.ts";
import { startTargets } from "#e2e/fixtures/engine/six-targets.ts";
import { missing, programPath } from "#e2e/targets/needs.ts";
import { adapterById } from "#lib/adapters/registry.ts";
import type { JsonObject } from "#lib/domain/json.ts";
import type { PlanPhase, PlanStep } from "#lib/domain/plan.ts";
import { startEngine } from "#lib/engine/worker.ts";
import { newId } from "#lib/platform/id.ts";
import { rollbackHandler } from "#lib/workflows/rollback.ts";
import { runPlan } from "./run-plan.ts";

/*
 * A rollback of ten steps, five calls that switch a service back and five commands that look, against the same ten as an
 * Ansible playbook on the same machine, turn by turn. Lastgood looks before and after each effect and records each step
 * durably; Ansible does neither.
 */
const rounds = Number(process.argv[2] ?? "5");
const aim = 15;
const count = 5;

const reason = missing({ packages: ["ansible-core"], programs: ["ansible-playbook"] });
if (reason !== null) {
  console.log(`not measured: ${reason}`);
  process.exit(0);
}

const postgres = await ownPostgres({ isDurable: true });
const engine = await startEngine({
  url: postgres.url,
  workerId: newId("wk"),
  leaseSeconds: 5,
  handlers: { rollback: rollbackHandler({ adapterById }) },
});
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lastgood-ansible-"));

const own: number[] = [];
const theirs: number[] = [];
for (let round = -1; round < rounds; round++) {
  const mine = await withTargets((urls) =>
    runPlan(
      postgres.client,
      () => planOf(urls),
      urls.map((url) => new URL(url).host),
    ),
  );
  const ansible = await withTargets((urls) => Promise.resolve(playbook(urls)));
  // The first round warms both up.
  if (round < 0) continue;
  own.push(mine);
  theirs.push(ansible);
}
const median = (all: number[]): number => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? NaN;
const ratio = median(theirs) / median(own);
console.log(`Ansible, ten steps:  median ${median(theirs).toFixed(0)} ms (${rounds} runs)`);
console.log(`Lastgood, ten steps: median ${median(own).toFixed(0)} ms (${rounds} runs)`);
console.log(`${ratio.toFixed(1)} × less (aim ≥ ${aim})`);

await engine.stop();
await postgres.remove();
fs.rmSync(folder, { recursive: true });
process.exit(0);

/** Fresh services each time, all on the bad version; afterwards every one must have switched once. */
async function withTargets(run: (urls: string[]) => Promise<number>): Promise<number> {
  const targets = await startTargets(count);
  const milliseconds = await run(targets.servers.map((server) => server.url));
  const flips = (await targets.effects()).map((one) => one.flips);
  if (flips.some((one) => one !== 1)) throw new Error(`Not all switched once: ${flips.join(", ")}.`);
  await targets.close();
  return milliseconds;
}

function planOf(urls: readonly string[]): PlanPhase[] {
  const step = (key: string, more: Partial<PlanStep>): PlanStep => ({
    key,
    title: key,
    adapter: "command",
    operation: "verify",
    component: "code",
    settings: {},
    secrets: {},
    desired: { version: "2.3.0" },
    command: "true",
    mutating: false,
    reversibility: "reversible",
    limitSeconds: 60,
    observedBefore: null,
    ...more,
  });
  const from: JsonObject = { environment: "green", version: "2.4.0" };
  const switches = urls.map((url, at) =>
    step(`execution.code.switch-${at}`, {
      adapter: "http-blue-green",
      operation: "switch",
      settings: { url, settleSeconds: 1 },
      desired: { environment: "blue", version: "2.3.0", from },
      mutating: true,
      observedBefore: { current: from, idle: { environment: "blue", version: "2.3.0" } },
    }),
  );
  const looks = urls.map((_, at) =>
    step(`verification.code.verify-${at}`, { settings: { command: ["/bin/true"] } }),
  );
  return [
    { id: "execution", title: "Execution", steps: switches },
    { id: "verification", title: "Verification", steps: looks },
  ];
}

/** The same as a playbook, run once; gives the time of the whole command in ms. */
function playbook(urls: readonly string[]): number {
  const tasks = [
    ...urls.map((url) => ({ uri: { url: `${url}/deployment/rollback`, method: "POST" } })),
    ...urls.map(() => ({ command: { argv: ["/bin/true"] } })),
  ];
  const file = path.join(folder, "rollback.yml");
  fs.writeFileSync(
    file,
    JSON.stringify([{ hosts: "localhost", connection: "local", gather_facts: false, tasks }]),
  );
  const began = performance.now();
  const run = spawnSync(programPath("ansible-playbook") ?? "", ["-i", "localhost,", file], {
    encoding: "utf8",
    env: { ...process.env, ANSIBLE_LOCALHOST_WARNING: "False", ANSIBLE_NOCOLOR: "1" },
  });
  const milliseconds = performance.now() - began;
  if (run.status !== 0) throw new Error(`Ansible failed:\n${run.stdout}\n${run.stderr}`);
  return milliseconds;
}
