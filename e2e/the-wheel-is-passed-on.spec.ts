import { expectAxeFindsNothing } from "#e2e/fixtures/axe.ts";
import { expect } from "#e2e/fixtures/console.ts";
import { approvedOn } from "#e2e/fixtures/live-rollback.ts";
import { testWithService as test } from "#e2e/fixtures/own-service.ts";
import { rollbackIn } from "#e2e/fixtures/rollback-by-api.ts";

test("two people look at one rollback: one drives, the other asks and gets the wheel", async ({
  login,
  api,
  ownService,
}) => {
  const service = await ownService();
  const approved = await approvedOn(api, service);
  // It stands still before the switch, so that there is something to drive.
  await service.target.faults({ holdBefore: true });
  const { id, number } = approved;
  const operator = api("operator");
  const [driver, other] = [await login("operator"), await login("release_manager")];
  await driver.goto(`/rollbacks/${number}`);
  await other.goto(`/rollbacks/${number}`);
  await operator.post(`/rollbacks/${id}/execute`, { planHash: approved.plan?.hash });
  await rollbackIn(operator, id, ["running"]);

  await expect(driver.getByText("You drive.")).toBeVisible();
  await expect(other.getByText("Olivia Operator drives.")).toBeVisible();
  await expect(other.getByText(/Looking now:.*Olivia Operator.*Ruben Release/)).toBeVisible();
  await other.getByRole("button", { name: "Take over…" }).first().click();
  const dialog = other.getByRole("dialog");
  await expect(dialog).toContainText("Olivia Operator is here and is asked.");
  await dialog.getByRole("button", { name: "Ask to take over" }).click();
  await expect(driver.getByText("Ruben Release asks to drive this rollback")).toBeVisible();
  await driver.getByRole("button", { name: "Hand it over" }).click();
  await expect(other.getByText("You drive.")).toBeVisible();
  await expect(driver.getByText("Ruben Release drives.")).toBeVisible();
  await expect(driver.getByText("Ruben Release is now driver, after Olivia Operator")).toBeVisible();

  await driver.context().close();
  await service.target.release();
  await rollbackIn(operator, id, ["succeeded"]);
});

test("whoever drove has gone: the one who looks takes the wheel at once, and both timelines tell it", async ({
  login,
  api,
  ownService,
}) => {
  const service = await ownService();
  const approved = await approvedOn(api, service);
  await service.target.faults({ holdBefore: true });
  const { id, number } = approved;
  const operator = api("operator");
  const [driver, other] = [await login("operator"), await login("release_manager")];
  await driver.goto(`/rollbacks/${number}`);
  await other.goto(`/rollbacks/${number}`);
  await operator.post(`/rollbacks/${id}/execute`, { planHash: approved.plan?.hash });
  await expect(driver.getByText("You drive.")).toBeVisible();
  await driver.close();

  const duties = other.getByRole("region", { name: "Who does what" });
  await expect(duties).toContainText("not here", { timeout: 60_000 });
  await duties.getByRole("button", { name: "Take over…" }).click();
  const dialog = other.getByRole("dialog");
  await expect(dialog).toContainText("Olivia Operator is not here, so it is yours at once.");
  await expectAxeFindsNothing(other, "taking over from somebody who has gone");
  await dialog.getByRole("button", { name: "Take over" }).click();
  await expect(other.getByText("You drive.")).toBeVisible();

  const back = await login("operator");
  await back.goto(`/rollbacks/${number}`);
  for (const page of [other, back]) {
    await expect(page.getByText("Ruben Release is now driver, after Olivia Operator")).toBeVisible();
  }
  await service.target.release();
  await rollbackIn(operator, id, ["succeeded"]);
});
