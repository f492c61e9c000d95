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

test("a lost connection, a lost answer and a session that ends at the press leave one incident and every word", async ({
  login,
  product,
  api,
}) => {
  const page = await login("operator");
  await page.goto("/declare?service=shop-catalog&environment=production");
  const name = "Search is slow for a third of the shops";
  const title = page.getByRole("textbox", { name: "Title" });
  await title.fill(name);
  await page
    .getByRole("radiogroup", { name: "Do customers complain?" })
    .getByRole("radio", { name: "Yes" })
    .click();
  const declare = page.getByRole("button", { name: "Declare incident" });
  const problem = page.getByRole("main").getByRole("alert");
  const named = async () =>
    (await api("admin").get<{ items: { title: string }[] }>("/incidents?limit=100")).items.filter(
      (incident) => incident.title === name,
    );

  await page.context().setOffline(true);
  await declare.click();
  await expect(problem).toContainText("Check the connection, then press again.");
  await expect(title).toHaveValue(name);
  await page.context().setOffline(false);
  expect(await named()).toHaveLength(0);

  await page.context().clearCookies();
  await declare.click();
  await expect(problem).toContainText("what you typed is still here");
  const other = await page.context().newPage();
  await other.goto("/sign-in");
  await other.getByLabel("E-mail").fill(product.people.operator.email);
  await other.getByLabel("Password").fill(product.people.operator.password);
  await other.getByRole("button", { name: "Sign in" }).click();
  await expect(other.getByRole("heading", { level: 1, name: "Home" })).toBeVisible();
  await other.close();

  // It arrives and is done; the answer does not come back.
  let lost = 0;
  await page.route(/\/declare\?/, async (route) => {
    if (route.request().method() !== "POST" || lost > 0) return route.continue();
    lost += 1;
    await route.fetch();
    return route.abort("connectionreset");
  });
  await declare.click();
  await expect(problem).toContainText("It was done once or not at all.");
  expect(lost).toBe(1);
  expect(await named()).toHaveLength(1);
  await declare.click();
  await expect(page).toHaveURL(/\/declare\/INC-\d+\/target/);
  expect(await named()).toHaveLength(1);
});
