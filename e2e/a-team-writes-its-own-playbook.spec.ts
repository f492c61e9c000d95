import { randomBytes } from "node:crypto";
import { expectAxeFindsNothing } from "#e2e/fixtures/axe.ts";
import { expect } from "#e2e/fixtures/console.ts";
import { testWithService } from "#e2e/fixtures/own-service.ts";

const rule = { fact: "fact: error_rate, above: 5 }", because: "More than 5 % of requests fail." };
const ours = { fact: "fact: error_rate, above: 2 }", because: "Our customers notice at 2 %." };

testWithService(
  "a team writes its own playbook: copied, broken, mended, tried, followed, and heard when something fails",
  async ({ login, ownService, product }) => {
    const service = await ownService();
    const id = `ours-${randomBytes(3).toString("hex")}`;
    const page = await login("admin", { viewport: { width: 1280, height: 1400 } });
    const text = page.getByRole("textbox", { name: "The playbook as YAML" });
    const dialog = page.getByRole("dialog");

    await testWithService.step("a built-in one is copied and stored under an id of the team's", async () => {
      await page.goto("/playbooks");
      await page.getByRole("link", { name: "Write a playbook" }).click();
      await page.getByLabel("Start from").selectOption("mvp-blue-green");
      await page.getByRole("button", { name: "Start writing" }).click();
      await expect(page.getByText("Use 1 to 64 lower-case letters")).toBeVisible();
      await page.getByLabel("Id of yours").fill(id);
      await page.getByRole("button", { name: "Start writing" }).click();
      await expect(text).toHaveValue(new RegExp(`^id: ${id}$`, "m"));
      await expect(text).toHaveValue(/^version: 1$/m);
      await expect(page.getByText(`No fault. This is version 1 of ${id}.`)).toBeVisible();
      await page.getByRole("button", { name: "See what changes" }).click();
      await expect(dialog).toContainText("No service follows it until one is given it.");
      await dialog.getByRole("button", { name: "Store version 1" }).click();
      await expect(page).toHaveURL(new RegExp(`/playbooks/${id}$`));
    });

    await testWithService.step("a fault is shown at its line, and nothing typed is lost", async () => {
      await page.getByRole("link", { name: "Write the next version" }).click();
      await expect(text).toHaveValue(/^version: 2$/m);
      const before = await text.inputValue();
      const broken = before.replace(rule.fact, "fact: error_rate, above: two }");
      const line = broken.slice(0, broken.indexOf("above: two")).split("\n").length;
      await text.fill(broken);
      const fault = page.getByRole("button", { name: `Line ${line}`, exact: true });
      await expect(fault).toBeVisible();
      await fault.click();
      await expect(text).toBeFocused();
      await expect(page.getByText(`Line ${line}, column`)).toBeVisible();
      await expectAxeFindsNothing(page, "a text with a fault");
      await page.getByRole("button", { name: "See what changes" }).click();
      await expect(page.getByRole("alert").filter({ hasText: "fault" })).toBeVisible();

      await page.reload();
      await expect(text).toHaveValue(broken);
      await page.context().clearCookies();
      await page.reload();
      await expect(page).toHaveURL(/\/sign-in/);
      await page.getByLabel("E-mail").fill(product.people.admin.email);
      await page.getByLabel("Password").fill(product.people.admin.password);
      await page.getByRole("button", { name: "Sign in" }).click();
      await expect(text).toHaveValue(broken);

      await text.fill(before.replace(rule.fact, ours.fact).replace(rule.because, ours.because));
      await expect(page.getByText(`No fault. This is version 2 of ${id}.`)).toBeVisible();
    });

    await testWithService.step("what changes is shown before version 2 is stored with a note", async () => {
      await text.press("Control+s");
      await expect(dialog).toContainText("error rate above 5 % → error rate above 2 %");
      await expectAxeFindsNothing(page, "what changes");
      await dialog.getByLabel("Note").fill("Two per cent is what our customers notice.");
      await dialog.getByRole("button", { name: "Store version 2" }).click();
      await expect(page).toHaveURL(new RegExp(`/playbooks/${id}$`));
      await page.getByRole("link", { name: /^Versions/ }).click();
      await expect(page.getByText("Two per cent is what our customers notice.")).toBeVisible();
      await expect(page.getByRole("list", { name: "Parts that differ" })).toContainText(
        "error rate above 2 %",
      );
    });

    await testWithService.step("it is tried beside the version before, at an address to share", async () => {
      await page.getByRole("link", { name: "Try", exact: true }).click();
      await page.getByRole("textbox", { name: "What share of requests fails?" }).fill("3 %");
      const verdict = page.getByRole("region", { name: /says$/ });
      await expect(verdict).toContainText("Roll back now.");
      await expect(verdict).toContainText(ours.because);
      await page.getByLabel("Compare with").selectOption("1");
      await expect(page.getByText("They differ: Version 2 says “roll back”")).toBeVisible();
      await expect(page).toHaveURL(/fact\.error_rate=3/);
      await expectAxeFindsNothing(page, "two versions tried");
      await page.reload();
      await expect(page.getByRole("region", { name: "What version 2 says" })).toContainText("Roll back now.");
      await expect(page.getByRole("region", { name: "What version 1 says" })).toContainText("Evaluate");
    });

    await testWithService.step("a service is given it, after what follows was said", async () => {
      await page.getByRole("link", { name: /^Services \d/ }).click();
      await page.getByRole("checkbox", { name: service.name }).click();
      await page.getByRole("button", { name: "Give it to them" }).click();
      await expect(dialog).toContainText(`${service.name} no longer follows Blue-green rollback over HTTP.`);
      await expect(dialog).toContainText("decided by version 2");
      await expectAxeFindsNothing(page, "giving it to a service");
      await dialog.getByRole("button", { name: "Give it" }).click();
      await expect(dialog).toHaveCount(0);
      await expect(page.getByRole("link", { name: service.name })).toBeVisible();
      await page.goto(`/services/${service.id}`);
      await expect(page.getByRole("main").getByRole("link", { name: id })).toBeVisible();
    });

    await testWithService.step("an incident there hears the new rule", async () => {
      await page.goto(`/declare?service=${service.id}&environment=${service.environment}`);
      await page.getByRole("textbox", { name: "Title" }).fill("The ledger refuses entries");
      await page.getByRole("textbox", { name: "What share of requests fails?" }).fill("3");
      const verdict = page.getByRole("region", { name: "What the playbook says" });
      await expect(verdict).toContainText("Roll back");
      await expect(verdict).toContainText(ours.because);
      await page.getByRole("button", { name: "Declare incident" }).click();
      await expect(page).toHaveURL(/\/declare\/INC-\d+/);
    });

    await testWithService.step("it is not retired while it is followed", async () => {
      await page.goto(`/playbooks/${id}`);
      await page.getByRole("button", { name: "Retire this playbook…" }).click();
      await dialog.getByLabel("Reason").fill("We have another.");
      await dialog.getByRole("button", { name: "Retire" }).click();
      await expect(dialog.getByRole("alert")).toContainText(`Followed by ${service.id}`);
      await expect(dialog.getByRole("alert")).toContainText(/kept by INC-\d+/);
      await expectAxeFindsNothing(page, "retiring refused");
      await dialog.getByRole("button", { name: "Cancel" }).click();
      await expect(page.getByText("Retired")).toHaveCount(0);
    });
  },
);
