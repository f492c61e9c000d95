import { defineConfig } from "@playwright/test";

const chromium = process.env["LASTGOOD_CHROMIUM"];

/** The journeys: one product, started for real, and one browser after the other. */
export default defineConfig({
  testDir: ".",
  testMatch: "*.spec.ts",
  globalSetup: "./fixtures/global-setup.ts",
  outputDir: "./test-results",
  workers: 1,
  fullyParallel: false,
  // As in vitest.config.ts: once more on CI, and the list says so.
  retries: process.env["CI"] === "true" ? 1 : 0,
  timeout: 120_000,
  globalTimeout: 14 * 60_000,
  expect: { timeout: 20_000 },
  use: {
    actionTimeout: 20_000,
    navigationTimeout: 30_000,
    screenshot: "only-on-failure",
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    contextOptions: { reducedMotion: "reduce" },
    launchOptions: {
      ...(chromium === undefined || chromium === "" ? {} : { executablePath: chromium }),
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
