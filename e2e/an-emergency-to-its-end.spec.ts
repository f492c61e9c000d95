import { expectAxeFindsNothing } from "#e2e/fixtures/axe.ts";
import { expect } from "#e2e/fixtures/console.ts";
import { executeOnScreen } from "#e2e/fixtures/live-rollback.ts";
import { testWithService as test } from "#e2e/fixtures/own-service.ts";
import { signInToFile } from "#e2e/fixtures/sign-in.ts";
import { submittedRollback } from "#e2e/fixtures/rollback-by-api.ts";
import type { IncidentView, RollbackView } from "#lib/domain/view.ts";

test("nobody approves, an admin declares the emergency, and pays what it leaves", async ({
  login,
  api,
  ownService,
  product,
}, testInfo) => {
  const { id: service, environment, to } = await ownService();
  const { id: incident } = await api("operator").post<IncidentView>("/incidents", {
    title: "The ledger is down",
    service,
    environment,
  });
  const waiting = await submittedRollback(api("operator"), { service, environment, to, incident });
  const { number } = waiting;
  // A session of its own: in that of the others somebody may have confirmed just now.
  const session = testInfo.outputPath("admin.json");
  await signInToFile(product.url, product.people.admin, session);
  const page = await login("admin", { storageState: session });

  await page.goto(`/rollbacks/${number}`);
  await page.getByRole("button", { name: "Declare an emergency" }).click();
  const dialog = page.getByRole("dialog", { name: /^Declare/ });
  await expect(dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  await dialog.getByRole("combobox").selectOption({ label: "The service is down for customers" });
  await dialog.getByLabel("Reason").fill("Nobody with the role answers.");
  await dialog.getByRole("button", { name: /^Declare/ }).click();
  const identity = page.getByRole("dialog", { name: "Confirm that it is you" });
  await identity.getByLabel("Password").fill(product.people.admin.password);
  await identity.getByRole("button", { name: "Confirm" }).click();

  await expect(page).toHaveURL(/\/declare\/INC-\d+\/checklist/);
  const submit = page.getByRole("button", { name: /^Submit/ });
  await expect(submit).toBeEnabled();
  await submit.click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /^Submit/ })
    .click();
  await expect(page).toHaveURL(new RegExp(`/rollbacks/${number}$`));
  await expect(page.getByRole("group", { name: "State" })).toContainText(
    "Emergency: it may run without approval.",
  );

  const other = await login("release_manager");
  await other.goto(`/approvals/${number}`);
  await expect(other.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(other.getByRole("button", { name: "Approve" })).toHaveCount(0);
  const skipped = await api("admin").get<RollbackView>(`/rollbacks/${number}`);
  const late = { decision: "approve", planHash: skipped.plan?.hash };
  expect(
    await api("release_manager").attempt("POST", `/rollbacks/${skipped.id}/approvals`, late),
  ).toMatchObject({
    status: 409,
    body: { code: "WRONG_STATE" },
  });
  await expect(page).toHaveTitle(new RegExp(number));
  await expectAxeFindsNothing(page, "an emergency that may run");

  await executeOnScreen(page);
  await expect(page.getByRole("group", { name: "State" })).toContainText(`runs ${to} again.`, {
    timeout: 60_000,
  });
  const { debts } = await api("admin").get<RollbackView>(`/rollbacks/${number}`);
  expect(debts.map(({ kind, doneAt }) => [kind, doneAt])).toEqual([
    ["review", null],
    ["documentation", null],
  ]);

  await page.goto("/");
  await expect(page.getByRole("link", { name: `Document the emergency ${number}` })).toBeVisible();
  await page.getByRole("link", { name: `Review the emergency ${number}` }).click();
  await expect(page.getByLabel("The record")).toHaveValue(/Why it was an emergency: service outage\./);
  // The title follows the page.
  await expect(page).toHaveTitle(new RegExp(number));
  await expectAxeFindsNothing(page, "what the emergency leaves");
  await expect(page.getByLabel("The record")).toHaveValue(/Reason given: Nobody with the role answers\./);
  await expect(page.getByLabel("The record")).toHaveValue(
    /Approval was skipped\. Told of it: .*Ruben Release/,
  );
  await page
    .getByLabel("What was skipped, and was it right?")
    .fill("One approval was skipped after nobody answered. It was right.");
  await page.getByRole("button", { name: "Complete the review" }).click();
  await expect(page.getByLabel("What was skipped, and was it right?")).toHaveCount(0);
  await page.getByRole("button", { name: "Complete the documentation" }).click();
  await expect(page.getByLabel("The record")).toHaveCount(0);
  await page.goto("/");
  await expect(page.getByText(`emergency ${number}`)).toHaveCount(0);
});
