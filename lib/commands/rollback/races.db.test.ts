import { expect, it } from "vitest";
import { revokeOnCall } from "#lib/commands/on-call/revoke.ts";
import { revokeRole } from "#lib/commands/role/revoke.ts";
import { decideApproval } from "#lib/commands/rollback/approve.ts";
import { beginRollback } from "#lib/commands/rollback/begin.ts";
import { editRollback } from "#lib/commands/rollback/edit.ts";
import { executeRollback } from "#lib/commands/rollback/execute.ts";
import { expireRollback } from "#lib/commands/rollback/expire.ts";
import { recordStep } from "#lib/commands/step/record.ts";
import type { UserActor } from "#lib/domain/actor.ts";
import { canonical } from "#lib/domain/canonical.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { sha256 } from "#lib/platform/hash.ts";
import { newId } from "#lib/platform/id.ts";
import { Parted } from "#lib/engine/run.ts";
import { person, setup } from "../../../prisma/factories/people.ts";
import { playbookWith } from "../../../prisma/factories/playbook.ts";
import { planBody } from "../../../prisma/factories/rollback.ts";
import { service } from "../../../prisma/factories/service.ts";

/*
 * Two people act on one plan at the same time, 200 times for each pair. The second begins together with the first's
 * approval, start, beginning or first effect, in turn, so that every window is met.
 */
const { client } = await testDatabase();
const rounds = 200;
const limitMs = 120_000;
const playbook = await playbookWith([{ approvals: 1, roles: ["release_manager"], onCall: true }]);
const worker = { kind: "system", id: "worker" } as const;

type Lane = { service: string; initiator: UserActor; approver: UserActor; other: UserActor };
const lanes: Lane[] = [];
for (let index = 0; index < 4; index++) {
  lanes.push({
    service: await service({ playbook }),
    initiator: await person("operator"),
    approver: await person("operator"),
    other: await person("release_manager"),
  });
}

type Waiting = { id: string; planHash: string };
type Stage = () => Promise<unknown>;

/** A plan that waits for its approval, in place of the lane's last one. */
async function waiting({ service: serviceId, initiator }: Lane): Promise<Waiting> {
  await client.rollback.updateMany({ where: { serviceId }, data: { state: "cancelled" } });
  const id = newId("rb");
  const plan = canonical(planBody(id, { service: serviceId }));
  const planHash = sha256(plan);
  const now = new Date();
  await client.rollback.create({
    data: {
      id,
      serviceId,
      environment: "production",
      state: "awaiting_approval",
      fromVersion: "2.4.0",
      toVersion: "2.3.0",
      scope: ["code"],
      procedure: "switch-back",
      strategy: "blue-green",
      reason: "The release answers 5xx.",
      initiatorId: initiator.id,
      playbookId: playbook,
      playbookVersion: 1,
      plan,
      planHash,
      preparedAt: now,
      submittedAt: now,
      expiresAt: new Date(now.getTime() + 3_600_000),
      steps: { create: { key, position: 0, phase: "execution", state: "pending" } },
    },
  });
  return { id, planHash };
}
const key = "execution.code.switch";

/** From the approval to the intent of the first effect, as the approver, the initiator and the worker would go. */
function way({ approver, initiator }: Lane, { id, planHash }: Waiting): Stage[] {
  const speaker = async () => {
    const run = await client.run.findFirst({ where: { kind: "rollback", subjectId: id } });
    if (run?.state === "queued")
      await client.run.update({ where: { id: run.id }, data: { state: "running", generation: 1 } });
    return { run: run?.id ?? "none", generation: 1, rollback: id, planHash };
  };
  const change = { type: "intended", attempt: 1, observed: null, isUnsettled: false } as const;
  return [
    () => decideApproval(approver, { rollback: id, decision: "approve", planHash }),
    () => executeRollback(initiator, { id, planHash }),
    async () => beginRollback(worker, { speaker: await speaker(), look: {} }),
    async () => recordStep(worker, { speaker: await speaker(), key, change }),
  ];
}

/** "done", or why not; anything but a refusal or a lost run is a fault of the product. */
async function outcomeOf(act: Stage): Promise<string> {
  try {
    await act();
    return "done";
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    if (error instanceof Parted) return "parted";
    throw error;
  }
}

/** Goes the whole way, and does `rival` together with the stage of this number; then tries again what comes after the approval. */
async function race(
  stages: readonly Stage[],
  rival: Stage,
  at: number,
): Promise<[first: string, rival: string]> {
  let first = "";
  let second: Promise<string> = Promise.resolve("");
  for (const [index, stage] of stages.entries()) {
    if (index === at) second = outcomeOf(rival);
    const outcome = await outcomeOf(stage);
    if (index === 0) first = outcome;
  }
  const rivals = await second;
  for (const stage of stages.slice(1)) await outcomeOf(stage);
  return [first, rivals];
}

type Seen = { state: string; types: string[]; approvals: number };

async function seen(id: string): Promise<Seen> {
  const [rollback, events] = await Promise.all([
    client.rollback.findUniqueOrThrow({
      where: { id },
      include: { approvals: { where: { voidedAt: null } } },
    }),
    client.event.findMany({ where: { subjectId: id }, orderBy: { position: "asc" }, select: { type: true } }),
  ]);
  return {
    state: rollback.state,
    types: events.map((event) => event.type),
    approvals: rollback.approvals.length,
  };
}

/** Whether an effect of this rollback was intended after what was last recorded about this person. */
async function effectAfter(id: string, person: string, type: string): Promise<boolean> {
  const [taken, intended] = await Promise.all([
    client.event.findFirst({ where: { subjectId: person, type }, orderBy: { position: "desc" } }),
    client.event.findFirst({ where: { subjectId: id, type: "step.intended" } }),
  ]);
  return taken !== null && intended !== null && intended.position > taken.position;
}

async function everyLane(round: (lane: Lane, at: number) => Promise<void>): Promise<void> {
  const each = rounds / lanes.length;
  await Promise.all(
    lanes.map(async (lane) => {
      for (let index = 0; index < each; index++) await round(lane, index % 4);
    }),
  );
}

const grantManager = (user: string) =>
  client.grant.create({ data: { id: newId("grt"), userId: user, role: "release_manager", system: "shop" } });

it(
  "approval and rejection have one outcome, and nothing rejected takes effect",
  { timeout: limitMs },
  async () => {
    for (const lane of lanes) await grantManager(lane.approver.id);
    await everyLane(async (lane) => {
      const rollback = await waiting(lane);
      const reject = () =>
        decideApproval(lane.other, { ...rejection, rollback: rollback.id, planHash: rollback.planHash });
      const rejection = { decision: "reject" } as const;
      const outcomes = await race(way(lane, rollback), reject, 0);
      expect(outcomes.toSorted()).toEqual(["WRONG_STATE", "done"]);
      const { state, types, approvals } = await seen(rollback.id);
      expect(approvals).toBe(1);
      expect([state, types.includes("step.intended")]).toEqual(
        outcomes[1] === "done" ? ["rejected", false] : ["running", true],
      );
    });
    await client.grant.deleteMany({ where: { role: "release_manager", system: "shop" } });
  },
);

it("no effect comes after the approver's role was taken away", { timeout: limitMs }, async () => {
  await everyLane(async (lane, at) => {
    const user = lane.approver.id;
    await grantManager(user);
    const rollback = await waiting(lane);
    const take = () => revokeRole(setup, { user, role: "release_manager", system: "shop" });
    const [first, second] = await race(way(lane, rollback), take, at);
    expect(second).toBe("done");
    expect(["done", "FORBIDDEN"]).toContain(first);
    const { approvals } = await seen(rollback.id);
    expect(approvals).toBe(first === "done" ? 1 : 0);
    expect(await effectAfter(rollback.id, user, "role.revoked")).toBe(false);
  });
});

it("no effect comes after the approver was taken off call", { timeout: limitMs }, async () => {
  await everyLane(async (lane, at) => {
    const userId = lane.approver.id;
    const id = newId("ocs");
    const span = { startsAt: new Date(0), endsAt: new Date(Date.now() + 3_600_000) };
    await client.onCallShift.create({ data: { id, userId, system: "shop", createdBy: "test", ...span } });
    const rollback = await waiting(lane);
    const [first, second] = await race(way(lane, rollback), () => revokeOnCall(setup, { shift: id }), at);
    expect(second).toBe("done");
    expect(["done", "FORBIDDEN"]).toContain(first);
    const { approvals } = await seen(rollback.id);
    expect(approvals).toBe(first === "done" ? 1 : 0);
    expect(await effectAfter(rollback.id, userId, "on_call.revoked")).toBe(false);
  });
});

it("a plan is either edited or carried out as it was signed", { timeout: limitMs }, async () => {
  for (const lane of lanes) await grantManager(lane.approver.id);
  await everyLane(async (lane, at) => {
    const rollback = await waiting(lane);
    const edit = () => editRollback(lane.other, { id: rollback.id, changes: { reason: "Another." } });
    const [first, second] = await race(way(lane, rollback), edit, at % 2);
    const { state, types, approvals } = await seen(rollback.id);
    if (second === "done") {
      expect(["done", "WRONG_STATE", "PLAN_STALE"]).toContain(first);
      expect([state, approvals, types.includes("step.intended")]).toEqual(["draft", 0, false]);
    } else {
      expect([first, second]).toEqual(["done", "WRONG_STATE"]);
      expect([state, approvals, types.includes("rollback.edited")]).toEqual(["running", 1, false]);
    }
  });
  await client.grant.deleteMany({ where: { role: "release_manager", system: "shop" } });
});

it("a plan either expires or is carried out", { timeout: limitMs }, async () => {
  for (const lane of lanes) await grantManager(lane.approver.id);
  const ends = new Set<string>();
  await everyLane(async (lane, at) => {
    const rollback = await waiting(lane);
    const expire = () => expireRollback(worker, { id: rollback.id, untouchedSince: new Date(0) });
    // However busy the machine is, some are in time.
    const expiresAt = new Date(Date.now() + (at % 4 === 3 ? 3_600_000 : at * 12));
    await client.rollback.update({ where: { id: rollback.id }, data: { expiresAt } });
    const [first] = await race(way(lane, rollback), expire, at % 2);
    expect(["done", "APPROVAL_EXPIRED"]).toContain(first);
    await client.rollback.update({ where: { id: rollback.id }, data: { expiresAt: new Date(0) } });
    await outcomeOf(expire);
    const { state, types } = await seen(rollback.id);
    const isOver = state === "expired";
    expect([types.includes("rollback.expired"), types.includes("rollback.started")]).toEqual([
      isOver,
      !isOver,
    ]);
    expect(types.includes("step.intended")).toBe(!isOver);
    ends.add(state);
  });
  expect([...ends].toSorted()).toEqual(["expired", "running"]);
});
