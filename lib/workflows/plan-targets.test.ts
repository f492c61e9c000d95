import "#e2e/fixtures/engine/own-data-folder.ts";
import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { z } from "zod";
import {
  defineAdapter,
  defineOperation,
  type AdapterContext,
  type Executor,
} from "#lib/adapters/contract.ts";
import { planTargets } from "#lib/workflows/plan-targets.ts";

const executor: Executor<object, object, null> = {
  observe: () => Promise.resolve(null),
  stable: () => null,
  isDone: () => true,
  apply: () => Promise.reject(new Error("Nobody performs it.")),
  verify: () => Promise.resolve([]),
};
const Nothing = z.object({});

/** An adapter whose one operation takes so long to plan; heeding the signal, or deaf to it. */
function slow(id: string, milliseconds: number, more: { lookSeconds?: number; heeds?: boolean } = {}) {
  const { lookSeconds, heeds = true } = more;
  return defineAdapter<object>({
    id,
    title: id,
    description: "Takes its time.",
    components: ["code"],
    settings: Nothing,
    secrets: {},
    proof: { kind: "contract", against: "nothing" },
    example: { component: "code", settings: {} },
    ...(lookSeconds === undefined ? {} : { lookSeconds }),
    operations: [
      defineOperation<object, object, null>({
        id: "look",
        title: "Look",
        phase: "validation",
        mutating: false,
        reversibility: "reversible",
        limitSeconds: 60,
        desired: Nothing,
        plan: async ({ signal }: AdapterContext<object>) => {
          await delay(milliseconds, undefined, heeds ? { signal } : {});
          return { title: "Looked", desired: {}, observed: null };
        },
        command: () => "true",
        executor: () => Promise.resolve(executor),
      }),
    ],
  });
}

const artifacts = {
  commit: null,
  imageDigest: null,
  configurationRevision: null,
  migrationHead: null,
  backup: null,
};

async function plan(...adapters: ReturnType<typeof slow>[]) {
  const tools = { adapterById: (id: string) => adapters.find((one) => one.id === id) };
  const targets = adapters.map(({ id }) => ({
    component: "code" as const,
    adapter: id,
    settings: {},
    secrets: {},
    identity: null,
  }));
  const asked = {
    allow: [],
    targets,
    scope: ["code"],
    from: { version: "2.4.0", artifacts },
    to: { version: "2.3.0", artifacts },
    playbook: { procedures: [] },
    procedure: "none",
    rollback: { id: "rb_slow" },
  } as unknown as Parameters<typeof planTargets>[0];
  return planTargets(asked, tools, new AbortController().signal);
}

it("waits for a target whose adapter says that it takes long, and names one that takes longer than it may", async () => {
  const { planned, troubles } = await plan(
    slow("large", 10_500, { lookSeconds: 30 }),
    slow("stuck", 600_000, { lookSeconds: 1 }),
    slow("deaf", 20_000, { lookSeconds: 1, heeds: false }),
    slow("dead", 600_000),
  );
  expect(planned.map(({ target }) => target.adapter)).toEqual(["large"]);
  expect(troubles.map(({ target, fault }) => [target.adapter, fault.code, fault.message])).toEqual([
    ["stuck", "LOOK_TIMEOUT", expect.stringContaining("within 1 s")],
    ["deaf", "LOOK_TIMEOUT", expect.stringContaining("within 1 s")],
    ["dead", "LOOK_TIMEOUT", expect.stringContaining("within 10 s")],
  ]);
}, 60_000);
