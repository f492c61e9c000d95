import { expect, it } from "vitest";
import { editRollback } from "#lib/commands/rollback/edit.ts";
import { requestRollback } from "#lib/commands/rollback/request.ts";
import { submitRollback } from "#lib/commands/rollback/submit.ts";
import { openSession } from "#lib/commands/session/open-session.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { transact } from "#lib/platform/db/transact.ts";
import { person } from "../../../prisma/factories/people.ts";
import { prepare } from "../../../prisma/factories/rollback.ts";
import { service } from "../../../prisma/factories/service.ts";

const { client } = await testDatabase();

it("an emergency whose plan was made anew can be submitted again, and still owes the one review", async () => {
  const now = new Date();
  const visitor = { address: null, userAgent: null };
  const { id: userId, ...rest } = await person("admin");
  const { sessionId } = await transact((tx) => openSession(tx, userId, visitor, now, now));
  const via = { kind: "session", sessionId, reauthenticatedAt: now } as const;
  const admin = { ...rest, id: userId, via };
  const where = { service: await service(), environment: "production" as const, to: "2.3.0" };
  const emergency = { criterion: "service-outage" };
  const { id } = await requestRollback(admin, { ...where, reason: "Outage", emergency });
  await prepare(id, where);
  await submitRollback(admin, { id });
  const first = await client.review.findFirstOrThrow({ where: { rollbackId: id } });
  await editRollback(admin, { id, changes: { reason: "Outage, still" } });
  await prepare(id, where);
  expect(await submitRollback(admin, { id })).toMatchObject({ state: "approved" });
  expect(await client.review.findFirstOrThrow({ where: { rollbackId: id } })).toEqual(first);
});
