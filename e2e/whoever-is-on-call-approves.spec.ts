import { randomBytes } from "node:crypto";
import { expectAxeFindsNothing } from "#e2e/fixtures/axe.ts";
import { expect } from "#e2e/fixtures/console.ts";
import { testWithService as test } from "#e2e/fixtures/own-service.ts";
import { submittedRollback } from "#e2e/fixtures/rollback-by-api.ts";
import type { RollbackView } from "#lib/domain/view.ts";

test("whoever is on call approves, and the approval ends with the shift that it rests on", async ({
  login,
  api,
  ownService,
}) => {
  const { id: service, environment, to, target } = await ownService();
  const playbook = `on-call-${randomBytes(3).toString("hex")}`;
  const { yaml } = await api("admin").get<{ yaml: string }>("/playbooks/mvp-blue-green");
  await api("admin").post("/playbooks", {
    yaml: yaml
      .replace(/^id: .*$/m, `id: ${playbook}`)
      .replace(/^version: .*$/m, "version: 1")
      .replaceAll("roles: [release_manager, admin]", "roles: [admin]\n      onCall: true"),
  });
  await api("admin").patch(`/services/${service}`, { playbook });
  const waiting = await submittedRollback(api("release_manager"), { service, environment, to });
  const { id, number } = waiting;
  const signed = { planHash: waiting.plan?.hash };
  const [admin, operator] = [await login("admin"), await login("operator")];

  await test.step("an operator who is not on call may only read it", async () => {
    await operator.goto(`/approvals/${number}`);
    await expect(operator.getByText("This is not yours to decide")).toBeVisible();
    await expect(operator.getByRole("button", { name: "Approve" })).toHaveCount(0);
  });

  await test.step("an admin puts them on call", async () => {
    await admin.goto("/people/on-call");
    await admin.getByRole("button", { name: "Put somebody on call" }).click();
    const dialog = admin.getByRole("dialog", { name: "Put somebody on call" });
    await dialog.getByLabel("For").selectOption("bank");
    const olivia = dialog.getByRole("option", { name: /^Olivia Operator/ });
    await dialog.getByLabel("Who").selectOption((await olivia.getAttribute("value")) ?? "");
    await dialog.getByLabel("Until").fill(inTwoHours());
    await expectAxeFindsNothing(admin, "putting somebody on call");
    await dialog.getByRole("button", { name: "Put on call" }).click();
    await expect(dialog).toHaveCount(0);
    await expect(admin.getByText(/^Now Olivia Operator, until/)).toBeVisible();
    await expectAxeFindsNothing(admin, "the roster");
  });

  await test.step("on call they approve, and that is said", async () => {
    await operator.reload();
    await operator.getByRole("button", { name: "Approve" }).click();
    await operator.getByRole("dialog").getByRole("button", { name: "Approve" }).click();
    await expect(operator.getByText("Approved by Olivia Operator, on call")).toBeVisible();
    await expectAxeFindsNothing(operator, "approved on call");
    const approved = await api("viewer").get<RollbackView>(`/rollbacks/${id}`);
    expect(approved.approvals.given).toMatchObject([
      { decision: "approve", via: { kind: "on_call" }, ...signed },
    ]);
  });

  await test.step("the shift ends early, and nothing may rest on it", async () => {
    await admin.getByRole("button", { name: "End early: Olivia Operator" }).click();
    const dialog = admin.getByRole("dialog");
    await expect(dialog).toContainText("An approval that was given on this shift no longer counts");
    await dialog.getByRole("button", { name: /^Take off call/ }).click();
    await expect(dialog).toHaveCount(0);
    const answer = await api("release_manager").attempt("POST", `/rollbacks/${id}/execute`, signed);
    expect(answer).toMatchObject({ status: 409, body: { code: "ROLE_REVOKED" } });
    expect((await target.counters()).rollback).toBe(0);
  });
});

/** As the browser's own field takes it, in the time of the journeys. */
function inTwoHours(): string {
  const parts = new Intl.DateTimeFormat("sv-SE", {
    timeZone: "Europe/Berlin",
    dateStyle: "short",
    timeStyle: "short",
  }).format(new Date(Date.now() + 2 * 3_600_000));
  return parts.replace(" ", "T");
}
