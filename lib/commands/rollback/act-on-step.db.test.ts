import { expect, it } from "vitest";
import { actOnStep } from "#lib/commands/rollback/act-on-step.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { person } from "../../../prisma/factories/people.ts";
import { preparedRollback } from "../../../prisma/factories/rollback.ts";
import { service } from "../../../prisma/factories/service.ts";

const { client } = await testDatabase();
const step = "execution.code.switch";

it("A step that is tried again waits without the error of the attempt before", async () => {
  const operator = await person("operator");
  const { id } = await preparedRollback(operator, { service: await service() });
  const where = { rollbackId_key: { rollbackId: id, key: step } };
  await client.rollback.update({ where: { id }, data: { state: "needs_manual", startedAt: new Date() } });
  const error = { kind: "permanent", code: "REFUSED", message: "It refused.", advice: "Ask why." };
  await client.step.update({ where, data: { state: "failed", attempts: 1, startedAt: new Date(), error } });
  await actOnStep(operator, { id, key: step, action: "retry", reason: "It takes requests again." });
  expect(await client.step.findUniqueOrThrow({ where })).toMatchObject({ state: "pending", error: null });
});
