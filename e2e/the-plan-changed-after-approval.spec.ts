import { expect } from "#e2e/fixtures/console.ts";
import { testWithService as test } from "#e2e/fixtures/own-service.ts";
import { approvedRollback } from "#e2e/fixtures/rollback-by-api.ts";
import type { RollbackView } from "#lib/domain/view.ts";

test("the plan changed after approval: the approval is void, and the old plan can be neither signed nor executed", async ({
  login,
  api,
  ownService,
}) => {
  const { id, environment, to, target } = await ownService();
  const request = { service: id, environment, to };
  const approved = await approvedRollback(api("operator"), api("release_manager"), request);
  const signed = approved.plan?.hash;

  const reader = await login("admin");
  await reader.goto(`/approvals/${approved.number}`);
  await expect(reader.getByRole("main").getByText("Approved by Ruben Release")).toBeVisible();

  const edited = await api("operator").patch<RollbackView>(`/rollbacks/${approved.id}`, {
    reason: "Customers see errors since the release, and the queue grows.",
    strategy: "blue-green",
  });
  expect(edited.state).toBe("draft");
  expect(edited.approvals.given).toMatchObject([{ planHash: signed, voidReason: "The plan was edited." }]);
  await reader.reload();
  await expect(
    reader.getByRole("main").getByText("The plan changed, so its approvals are void"),
  ).toBeVisible();
  await expect(reader.getByRole("button", { name: "Approve" })).toHaveCount(0);

  await api("operator").post(`/rollbacks/${approved.id}/submit`, {});
  const other = signed?.replace(/^./, (digit) => (digit === "0" ? "1" : "0"));
  const foreign = { decision: "approve", planHash: other };
  expect(await api("admin").attempt("POST", `/rollbacks/${approved.id}/approvals`, foreign)).toMatchObject({
    status: 409,
    body: { code: "PLAN_STALE" },
  });
  expect((await target.counters()).rollback).toBe(0);
});

test("the target changed after approval: execution looks again, refuses, and touches nothing", async ({
  login,
  api,
  ownService,
}) => {
  const { id, environment, to, target } = await ownService();
  const request = { service: id, environment, to };
  const approved = await approvedRollback(api("operator"), api("release_manager"), request);

  // Somebody switches behind the product's back.
  await target.flip();
  const answer = await api("operator").attempt("POST", `/rollbacks/${approved.id}/execute`, {
    planHash: approved.plan?.hash,
  });
  expect(answer).toMatchObject({ status: 409, body: { code: "PLAN_STALE" } });
  expect((await target.counters()).rollback).toBe(0);

  const reader = await login("admin");
  await reader.goto(`/approvals/${approved.number}`);
  await expect(
    reader.getByRole("main").getByText("The plan changed, so its approvals are void"),
  ).toBeVisible();
});
