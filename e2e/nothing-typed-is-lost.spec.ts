import { expect, test } from "#e2e/fixtures/console.ts";

test("nothing typed is lost: a refresh, a step back and a closed session leave the situation as it was", async ({
  login,
  product,
}) => {
  const page = await login("operator");
  await page.goto("/declare?service=shop-catalog&environment=production");
  const title = page.getByRole("textbox", { name: "Title" });
  const failing = page.getByRole("textbox", { name: "What share of requests fails?" });
  const complaints = page
    .getByRole("radiogroup", { name: "Do customers complain?" })
    .getByRole("radio", { name: "Yes" });

  await title.fill("Search finds nothing for some");
  await failing.fill("12,5");
  await complaints.click();
  const asTyped = async (): Promise<void> => {
    await expect(title).toHaveValue("Search finds nothing for some");
    await expect(failing).toHaveValue("12,5");
    await expect(complaints).toBeChecked();
    await expect(page.getByRole("region", { name: "What the playbook says" })).toContainText("Roll back");
  };
  await asTyped();

  await page.reload();
  await asTyped();

  await page.getByRole("navigation", { name: "Places" }).getByRole("link", { name: "Approvals" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Approvals" })).toBeVisible();
  await page.goBack();
  await asTyped();

  // The session ends while the form is open, as it does overnight; after signing in again it is still there.
  await page.context().clearCookies();
  await page.reload();
  await expect(page).toHaveURL(/\/sign-in/);
  await page.getByLabel("E-mail").fill(product.people.operator.email);
  await page.getByLabel("Password").fill(product.people.operator.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await asTyped();

  await page.getByRole("button", { name: "Declare incident" }).click();
  await expect(page).toHaveURL(/\/declare\/INC-\d+\/target/);
  const reason = page.getByRole("textbox", { name: "Reason" });
  await reason.fill("Search broke with 5.1.2, says the search team.");
  await page.reload();
  await expect(reason).toHaveValue("Search broke with 5.1.2, says the search team.");
  await page.getByRole("navigation", { name: "Places" }).getByRole("link", { name: "Services" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Services" })).toBeVisible();
  await page.goBack();
  await expect(reason).toHaveValue("Search broke with 5.1.2, says the search team.");
});
