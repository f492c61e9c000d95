import { beforeEach, describe, expect, it } from "vitest";
import { passDuty } from "#lib/commands/duty/pass.ts";
import { resumeRollback } from "#lib/commands/rollback/control.ts";
import type { UserActor } from "#lib/domain/actor.ts";
import type { Duty, DutySubject, PassDuty } from "#lib/domain/duty.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { dutiesOf } from "#lib/queries/duty/view.ts";
import { notePresence } from "#lib/web/presence.ts";
import { addIncident } from "#lib/web/world.fixture.ts";
import { settleHandOvers } from "#lib/workflows/settle-hand-overs.ts";
import { person } from "../../../prisma/factories/people.ts";
import { preparedRollback } from "../../../prisma/factories/rollback.ts";
import { service } from "../../../prisma/factories/service.ts";

const { client } = await testDatabase();
const code = (expected: string): unknown => expect.objectContaining({ name: "Refusal", code: expected });

let holder: UserActor;
let other: UserActor;
let third: UserActor;
let incident = "";
let rollback = "";

beforeEach(async () => {
  [holder, other, third] = await Promise.all([person("operator"), person("operator"), person("operator")]);
  const shop = await service();
  incident = await addIncident(client, holder.id, { serviceId: shop, environment: "production" });
  await client.incident.update({ where: { id: incident }, data: { commanderId: holder.id } });
  ({ id: rollback } = await preparedRollback(holder, { service: shop }));
  const running = { state: "running", startedAt: new Date(), driverId: holder.id, incidentId: incident };
  await client.rollback.update({ where: { id: rollback }, data: running });
});

type On = { kind: DutySubject; id: string; duty: Duty };
const command = (): On => ({ kind: "incident", id: incident, duty: "commander" });
const wheel = (): On => ({ kind: "rollback", id: rollback, duty: "driver" });
type Did = PassDuty extends infer P ? (P extends PassDuty ? Omit<P, "duty"> : never) : never;
const pass = (who: UserActor, on: On, did: Did) => passDuty(who, { ...on, ...did });
const here = (who: UserActor, on: On = command(), at = new Date()) =>
  notePresence([{ kind: on.kind, id: on.id, userId: who.id }], at);
const holds = async (on: On): Promise<string | null> =>
  on.kind === "rollback"
    ? (await client.rollback.findUniqueOrThrow({ where: { id: on.id } })).driverId
    : (await client.incident.findUniqueOrThrow({ where: { id: on.id } }))[
        on.duty === "commander" ? "commanderId" : "communicationsId"
      ];
const due = (on: On, at: Date) =>
  client.handOver.updateMany({
    where: { ...(on.kind === "rollback" ? { rollbackId: on.id } : { incidentId: on.id }), state: "asked" },
    data: { takesEffectAt: at },
  });
/** For how long the holder is asked, in seconds. */
const secondsAsked = async (on: On) => {
  const subject = on.kind === "rollback" ? { rollbackId: on.id } : { incidentId: on.id };
  const where = { ...subject, duty: on.duty, state: "asked" };
  const { askedAt, takesEffectAt } = await client.handOver.findFirstOrThrow({ where });
  return (takesEffectAt.getTime() - askedAt.getTime()) / 1000;
};
const changes = (id: string) => client.event.count({ where: { type: "duty.changed", subjectId: id } });

describe.each([
  ["commander of an incident", command, 120],
  ["driver of a running rollback", wheel, 30],
] as const)("The %s", (_what, on, seconds) => {
  it("is asked for while its holder is there, and passes on when they accept", async () => {
    await here(holder, on());
    expect(await pass(other, on(), { action: "take", reason: "You look tired." })).toMatchObject({
      state: "asked",
    });
    expect(await secondsAsked(on())).toBe(seconds);
    expect(await holds(on())).toBe(holder.id);
    expect(await client.notification.count({ where: { userId: holder.id, kind: "hand_over" } })).toBe(1);
    await settleHandOvers();
    expect(await holds(on())).toBe(holder.id);
    await expect(pass(third, on(), { action: "accept" })).rejects.toEqual(code("FORBIDDEN"));
    await expect(pass(other, on(), { action: "accept" })).rejects.toEqual(code("FORBIDDEN"));
    await pass(holder, on(), { action: "accept" });
    expect(await holds(on())).toBe(other.id);
  });

  it("stays where it is when they decline, and can be asked for again", async () => {
    await here(holder, on());
    await pass(other, on(), { action: "take" });
    await pass(holder, on(), { action: "decline", reason: "Almost done." });
    expect(await holds(on())).toBe(holder.id);
    await due(on(), new Date(0));
    await settleHandOvers();
    expect(await holds(on())).toBe(holder.id);
    expect(await pass(other, on(), { action: "take" })).toMatchObject({ state: "asked" });
  });

  it("passes on without an answer once the time is over, once, by any number of workers", async () => {
    await here(holder, on());
    await pass(other, on(), { action: "take" });
    await due(on(), new Date(Date.now() - 1));
    await Promise.all(Array.from({ length: 4 }, () => settleHandOvers()));
    expect(await holds(on())).toBe(other.id);
    expect(await changes(on().id)).toBe(1);
    await expect(pass(holder, on(), { action: "decline" })).rejects.toEqual(code("WRONG_STATE"));
  });

  it("passes on at once when its holder is not there, and not a second before they count as gone", async () => {
    await here(holder, on(), new Date(Date.now() - 24_000));
    expect(await pass(other, on(), { action: "take" })).toMatchObject({ state: "asked" });
    await pass(other, on(), { action: "withdraw" });
    await client.presence.updateMany({ data: { seenAt: new Date(Date.now() - 26_000) } });
    expect(await pass(other, on(), { action: "take" })).toMatchObject({ state: "taken" });
    expect(await holds(on())).toBe(other.id);
  });

  it("passes on by itself when its holder leaves before they have answered", async () => {
    await here(holder, on());
    await pass(other, on(), { action: "take" });
    await client.presence.deleteMany({ where: { userId: holder.id } });
    await settleHandOvers();
    expect(await holds(on())).toBe(other.id);
  });

  it.each([
    [
      "whose account is disabled",
      (id: string) => client.user.update({ where: { id }, data: { disabledAt: new Date() } }),
    ],
    ["who lost the role", (id: string) => client.grant.deleteMany({ where: { userId: id } })],
  ])("passes on at once from somebody %s, there or not", async (_who, lose) => {
    await here(holder, on());
    await lose(holder.id);
    expect(await pass(other, on(), { action: "take" })).toMatchObject({ state: "taken" });
  });

  it("is had by the first of two who ask at once; the other is told who was first", async () => {
    await here(holder, on());
    const asked = await Promise.allSettled([other, third].map((who) => pass(who, on(), { action: "take" })));
    expect(asked.filter((one) => one.status === "fulfilled")).toHaveLength(1);
    expect(asked.find((one) => one.status === "rejected")).toMatchObject({
      reason: { code: "WRONG_STATE", message: expect.stringContaining("asked first") as string },
    });
    expect(await client.handOver.count({ where: { state: "asked", fromUserId: holder.id } })).toBe(1);
  });

  it("is had by the first of two who take it at once from somebody who is gone; the other has to ask", async () => {
    const results = await Promise.all([other, third].map((who) => pass(who, on(), { action: "take" })));
    expect(results.map((one) => one.state).sort()).toEqual(["asked", "taken"]);
    expect(await holds(on())).toBe([other, third][results.findIndex((one) => one.state === "taken")]?.id);
  });

  it("is handed over by name with a yes of whoever gets it, and never without", async () => {
    await here(holder, on());
    await here(third, on());
    await pass(holder, on(), { action: "offer", to: third.id, reason: "My shift ends." });
    await expect(pass(other, on(), { action: "take" })).rejects.toEqual(code("WRONG_STATE"));
    await expect(pass(holder, on(), { action: "accept" })).rejects.toEqual(code("FORBIDDEN"));
    await due(on(), new Date(Date.now() - 1));
    await settleHandOvers();
    expect(await holds(on())).toBe(holder.id);
    await pass(holder, on(), { action: "offer", to: third.id });
    await pass(third, on(), { action: "accept" });
    expect(await holds(on())).toBe(third.id);
  });

  it("is offered only by its holder, and only to somebody who may act here", async () => {
    await expect(pass(other, on(), { action: "offer", to: third.id })).rejects.toEqual(code("WRONG_STATE"));
    const viewer = await person("viewer");
    const stranger = await person("operator", "other");
    for (const to of [viewer.id, stranger.id, holder.id, "usr_nobody"])
      await expect(pass(holder, on(), { action: "offer", to })).rejects.toEqual(code("INVALID"));
    await expect(pass(viewer, on(), { action: "take" })).rejects.toEqual(code("FORBIDDEN"));
  });

  it("is not passed on to somebody who may not act any more", async () => {
    await here(holder, on());
    await pass(other, on(), { action: "take" });
    await client.grant.deleteMany({ where: { userId: other.id } });
    await expect(pass(holder, on(), { action: "accept" })).rejects.toEqual(code("WRONG_STATE"));
    await due(on(), new Date(0));
    await settleHandOvers();
    expect(await holds(on())).toBe(holder.id);
    expect(await client.handOver.count({ where: { state: "asked", toUserId: other.id } })).toBe(0);
  });

  it("gives no rights and takes none, and every change stands in both timelines", async () => {
    await pass(other, on(), { action: "take" });
    const places = await client.eventStream.findMany({
      where: { position: (await client.chainHead.findUniqueOrThrow({ where: { id: 1 } })).position },
    });
    expect(places.map((one) => one.stream).sort()).toEqual([`incident:${incident}`, `rollback:${rollback}`]);
    await client.rollback.update({ where: { id: rollback }, data: { state: "paused" } });
    await resumeRollback(third, { id: rollback, reason: "It is safe." });
    expect(await holds(wheel())).toBe(on().kind === "rollback" ? other.id : holder.id);
  });
});

it("Communications is free until somebody takes it, and does not touch the command", async () => {
  const on = { ...command(), duty: "communications" } as const;
  expect(await pass(other, on, { action: "take" })).toMatchObject({ state: "taken" });
  expect(await holds(on)).toBe(other.id);
  expect(await holds(command())).toBe(holder.id);
});

it("A driver is asked for longer while nothing runs, and nobody drives what is over", async () => {
  await here(holder, wheel());
  await client.rollback.update({ where: { id: rollback }, data: { state: "needs_manual" } });
  await pass(other, wheel(), { action: "take" });
  expect(await secondsAsked(wheel())).toBe(120);
  await client.rollback.update({ where: { id: rollback }, data: { state: "succeeded" } });
  await settleHandOvers();
  expect(await client.handOver.count({ where: { rollbackId: rollback, state: "asked" } })).toBe(0);
  expect(await holds(wheel())).toBe(holder.id);
  await expect(pass(other, wheel(), { action: "take" })).rejects.toEqual(code("WRONG_STATE"));
});

it("A rollback has a driver and no commander, an incident the other way round", async () => {
  await expect(pass(other, { ...wheel(), duty: "commander" }, { action: "take" })).rejects.toEqual(
    code("INVALID"),
  );
  await expect(pass(other, { ...command(), duty: "driver" }, { action: "take" })).rejects.toEqual(
    code("INVALID"),
  );
});

it("Whoever reads it sees who is there, who holds what, and what they may do about it", async () => {
  await here(holder);
  await here(other);
  await pass(other, command(), { action: "take", reason: "Let me." });
  const seen = await dutiesOf(holder, "incident", incident);
  expect(seen.present.map((one) => one.id).sort()).toEqual([holder.id, other.id].sort());
  expect(seen.duties).toMatchObject([
    {
      duty: "commander",
      holder: { id: holder.id },
      vacant: null,
      request: { to: { id: other.id }, isOffer: false, reason: "Let me." },
      may: { take: false, offer: false, answer: true, withdraw: false },
    },
    { duty: "communications", holder: null, vacant: "free", may: { take: true } },
  ]);
  const asker = await dutiesOf(other, "incident", incident);
  expect(asker.duties[0]?.may).toEqual({ take: false, offer: false, answer: false, withdraw: true });
  const stranger = await person("operator", "other");
  await expect(dutiesOf(stranger, "incident", incident)).rejects.toEqual(code("NOT_FOUND"));
});

it("what is no wish about a duty is refused as such", async () => {
  for (const input of [
    null,
    [],
    {},
    { ...wheel(), action: "steal" },
    { ...wheel(), id: {}, action: "take" },
  ]) {
    await expect(passDuty(other, input as never)).rejects.toEqual(code("INVALID"));
  }
});
