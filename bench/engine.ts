import { DBOS } from "@dbos-inc/dbos-sdk";
import { z } from "zod";
import { ownPostgres } from "#e2e/fixtures/engine/own-postgres.ts";
import { defineAdapter, defineOperation, type Executor } from "#lib/adapters/contract.ts";
import type { PlanStep } from "#lib/domain/plan.ts";
import { startEngine } from "#lib/engine/worker.ts";
import { newId } from "#lib/platform/id.ts";
import { rollbackHandler } from "#lib/workflows/rollback.ts";
import { runPlan } from "./run-plan.ts";

/*
 * What the record, the fences and the checks cost: the time from one effect to the next in a rollback whose targets
 * answer at once, against the time from one step to the next in a bare workflow of the durable engine, in one process
 * on one PostgreSQL (fsync on).
 */
const steps = 12;
const rounds = Number(process.argv[2] ?? "20");
const aim = { ratio: 5, medianMs: 10 };

const marks: number[] = [];
const gaps: number[] = [];
function mark(isFirst: boolean): void {
  const now = performance.now();
  const last = marks.at(-1);
  if (!isFirst && last !== undefined) gaps.push(now - last);
  marks.push(now);
}
function take(): number[] {
  return gaps.splice(0).toSorted((a, b) => a - b);
}
const at = (sorted: number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

const State = z.strictObject({ target: z.string(), value: z.string() });
type State = z.infer<typeof State>;
const values = new Map<string, string>();
const executor: Executor<object, State, string> = {
  observe: (_ctx, { target }) => Promise.resolve(values.get(target) ?? "old"),
  stable: (observed) => observed,
  isDone: (desired, observed) => desired.value === observed,
  apply: (_ctx, { target, value }) => {
    mark(target.endsWith(":0"));
    values.set(target, value);
    return Promise.resolve({ changed: true, summary: "done", data: {} });
  },
  verify: () => Promise.resolve([{ title: "set", ok: true, detail: "new", at: new Date().toISOString() }]),
};
const instant = defineAdapter<object>({
  id: "instant",
  title: "Instant",
  description: "Answers at once.",
  components: ["code"],
  settings: z.object({}),
  secrets: {},
  proof: { kind: "contract", against: "memory" },
  example: { component: "code", settings: {} },
  operations: [
    defineOperation<object, State, string>({
      id: "set",
      title: "Set",
      phase: "execution",
      mutating: true,
      reversibility: "reversible",
      limitSeconds: 60,
      desired: State,
      plan: () => Promise.resolve(null),
      command: () => "set",
      executor: () => Promise.resolve(executor),
    }),
  ],
});

const bare = DBOS.registerWorkflow(
  async () => {
    for (let i = 0; i < steps; i++) {
      await DBOS.runStep(
        () => {
          mark(i === 0);
          return Promise.resolve(i);
        },
        { name: `step ${i}` },
      );
    }
  },
  { name: "bench.bare" },
);

const postgres = await ownPostgres({ isDurable: true });
const tools = { adapterById: (id: string) => (id === "instant" ? instant : undefined) };
const engine = await startEngine({
  url: postgres.url,
  workerId: newId("wk"),
  leaseSeconds: 5,
  handlers: { rollback: rollbackHandler(tools) },
});

const rollBack = (): Promise<number> =>
  runPlan(postgres.client, (id) => [
    {
      id: "execution",
      title: "Execution",
      steps: Array.from({ length: steps }, (_, i): PlanStep => {
        const desired = { target: `${id}:${i}`, value: "new" };
        return {
          key: `execution.code.set-${i}`,
          title: `Set ${i}`,
          adapter: "instant",
          operation: "set",
          component: "code",
          settings: {},
          secrets: {},
          desired,
          command: "set",
          mutating: true,
          reversibility: "reversible",
          limitSeconds: 60,
          observedBefore: "old",
        };
      }),
    },
  ]);

const runBare = async (): Promise<void> => (await DBOS.startWorkflow(bare)()).getResult();
for (let i = 0; i < 2; i++) {
  await runBare();
  await rollBack();
}
take();
const bareGaps: number[] = [];
const ownGaps: number[] = [];
// Turn by turn, so that whatever else the machine does meets both.
for (let i = 0; i < rounds; i++) {
  await runBare();
  bareGaps.push(...take());
  await rollBack();
  ownGaps.push(...take());
}
for (const gapsOf of [bareGaps, ownGaps]) gapsOf.sort((a, b) => a - b);

const ratio = at(ownGaps, 0.5) / at(bareGaps, 0.5);
const line = (what: string, sorted: number[]): string =>
  `${what}: median ${at(sorted, 0.5).toFixed(2)} ms, p95 ${at(sorted, 0.95).toFixed(2)} ms a step (${sorted.length} steps)`;
console.log(line("bare engine", bareGaps));
console.log(line("rollback   ", ownGaps));
console.log(`ratio ${ratio.toFixed(1)} (aim ≤ ${aim.ratio}), median aim ≤ ${aim.medianMs} ms`);

await engine.stop();
await postgres.remove();
process.exit(0);
