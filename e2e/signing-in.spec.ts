import { expect, test } from "#e2e/fixtures/console.ts";
import type { Person } from "#e2e/fixtures/product.ts";
import type { Page } from "@playwright/test";

async function tryToSignIn(page: Page, { email, password }: Person): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

test("whoever is not signed in is asked to, and comes back to where they wanted to go", async ({
  page,
  product,
}) => {
  await page.goto("/approvals");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sign in to Lastgood");
  await tryToSignIn(page, product.people.operator);
  await expect(page.getByRole("heading", { level: 1, name: "Approvals" })).toBeVisible();
  await expect(page).toHaveURL(`${product.url}/approvals`);
});

test("a wrong password is refused in words that do not say which half was wrong, and the address stays", async ({
  page,
  product,
}) => {
  await page.goto("/sign-in");
  await tryToSignIn(page, { ...product.people.operator, password: "not it" });
  await expect(page.getByText("The e-mail address or the password is not right.")).toBeVisible();
  await expect(page.getByLabel("E-mail")).toHaveValue(product.people.operator.email);
  await expect(page).toHaveURL(/\/sign-in/);
});

test("guessing is slowed down, and the page says for how long", async ({ page, request, product }) => {
  const guess = { email: "nobody@lastgood.local", password: "guess" };
  const { csrfToken } = (await (await request.get("/api/auth/csrf")).json()) as { csrfToken: string };
  for (let tries = 0; tries < 10; tries++) {
    const answer = await request.post("/api/auth/callback/credentials", {
      headers: { origin: product.url },
      form: { csrfToken, ...guess, json: "true", callbackUrl: product.url },
    });
    expect(answer.status()).toBe(401);
  }
  await page.goto("/sign-in");
  await tryToSignIn(page, guess);
  await expect(page.getByText(/Too many attempts\. Try again in \d+ minutes?\./)).toBeVisible();
});

test("signing out ends the session for good, also for whoever kept its cookie", async ({
  page,
  context,
  product,
}) => {
  await page.goto("/sign-in");
  await tryToSignIn(page, product.people.viewer);
  await expect(page.getByRole("heading", { level: 1, name: "Home" })).toBeVisible();
  const kept = await context.cookies();

  await page.getByRole("button", { name: "Vera Viewer" }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sign in to Lastgood");

  await context.addCookies(kept);
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sign in to Lastgood");
});

test("a viewer sees that they cannot declare, and the API refuses it", async ({ api }) => {
  const { status, body } = await api("viewer").attempt("POST", "/incidents", {
    title: "Something is off",
    service: "shop-checkout",
    environment: "production",
  });
  expect(status).toBe(403);
  expect(body).toMatchObject({ code: "FORBIDDEN" });
});
