import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { planRequest } from "#e2e/contract/contract-case.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { contractSuite } from "#e2e/contract/contract-suite.ts";
import { temporaryFolder } from "#e2e/contract/folder-print.ts";

contractSuite("log-check", { make: logCheck });

async function logCheck(): Promise<ContractCase> {
  const folder = await temporaryFolder();
  const file = path.join(folder, "app.log");
  const line = `${new Date().toISOString()} INFO started with T0p/secret+"token" 42\n`;
  await writeFile(file, line.repeat(20));
  return {
    adapter: "log-check",
    settings: { path: file, pattern: "\\bERROR\\b", windowSeconds: 3000 },
    secrets: { token: 'T0p/secret+"token" 42' },
    allow: [],
    request: planRequest(),
    fingerprint: () => Promise.resolve(line),
    effects: () => Promise.resolve(0),
    wrongSettings: [
      {},
      { path: file },
      { path: "app.log", pattern: "x" },
      { path: file, pattern: "(" },
      { path: file, pattern: "x", loki: { url: "http://loki", selector: '{app="shop"}' } },
      { loki: { url: "http://loki", selector: "shop" }, pattern: "x" },
      { path: file, pattern: "x", windowSeconds: 0 },
      { path: file, pattern: "x", utcOffset: "CET" },
    ],
    stop: () => rm(folder, { recursive: true }),
  };
}
