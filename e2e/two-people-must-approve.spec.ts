import { expect } from "#e2e/fixtures/console.ts";
import { testWithService as test } from "#e2e/fixtures/own-service.ts";
import { submittedRollback } from "#e2e/fixtures/rollback-by-api.ts";
import type { RollbackView } from "#lib/domain/view.ts";

test("two people must approve: whoever wrote the plan sees why they cannot, the other one signs it", async ({
  login,
  api,
  ownService,
}) => {
  const { id, name, environment, to } = await ownService();
  // A release manager may approve, but not their own plan.
  const { number, plan, ...rollback } = await submittedRollback(api("release_manager"), {
    service: id,
    environment,
    to,
  });

  const initiator = await login("release_manager");
  await initiator.goto(`/approvals/${number}`);
  await expect(
    initiator.getByRole("main").getByText(`Roll back ${name} in production to ${to}?`),
  ).toBeVisible();
  await expect(
    initiator.getByRole("main").getByText("You wrote this plan, so you cannot approve it"),
  ).toBeVisible();
  await expect(initiator.getByRole("button", { name: "Approve" })).toHaveCount(0);

  const decision = { decision: "approve", planHash: plan?.hash };
  const own = await api("release_manager").attempt("POST", `/rollbacks/${rollback.id}/approvals`, decision);
  expect(own).toMatchObject({ status: 403, body: { code: "SELF_APPROVAL" } });
  const operators = await api("operator").attempt("POST", `/rollbacks/${rollback.id}/approvals`, decision);
  expect(operators).toMatchObject({ status: 403, body: { code: "FORBIDDEN" } });
  const early = await api("operator").attempt("POST", `/rollbacks/${rollback.id}/execute`, {
    planHash: plan?.hash,
  });
  expect(early).toMatchObject({ status: 409, body: { code: "WRONG_STATE" } });

  const approver = await login("admin");
  await approver.goto("/approvals");
  await approver.getByRole("link", { name: `Roll back ${name}` }).click();
  await approver.getByRole("button", { name: "Approve" }).click();
  const dialog = approver.getByRole("dialog", { name: `Approve rolling back ${name} to ${to}?` });
  await dialog.getByLabel(/^Comment/).fill("Looked at the errors with Ruben.");
  await dialog.getByRole("button", { name: "Approve" }).click();
  await expect(approver.getByRole("main").getByText("Approved by Ada Admin")).toBeVisible();

  // The one who waits sees it without doing anything.
  await expect(initiator.getByRole("main").getByText("Approved by Ada Admin")).toBeVisible();
  const approved = await api("viewer").get<RollbackView>(`/rollbacks/${rollback.id}`);
  expect(approved.state).toBe("approved");
  expect(approved.approvals.given).toMatchObject([
    {
      decision: "approve",
      planHash: plan?.hash,
      comment: "Looked at the errors with Ruben.",
      by: { name: "Ada Admin" },
    },
  ]);
});
