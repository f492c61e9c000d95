import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { planRequest } from "#e2e/contract/contract-case.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { contractSuite } from "#e2e/contract/contract-suite.ts";
import { folderPrint, temporaryFolder } from "#e2e/contract/folder-print.ts";

const token = 'T0p/secret+"token" 42';

contractSuite("command", { make: commandCase });

async function commandCase(): Promise<ContractCase> {
  const folder = await temporaryFolder();
  const script = path.join(folder, "check.mjs");
  await writeFile(
    script,
    `process.stdin.pipe(process.stdout);
     console.log(JSON.stringify(process.env));
     console.error(Buffer.from(process.env.API_TOKEN ?? "").toString("base64"));`,
  );
  return {
    adapter: "command",
    settings: { command: [process.execPath, script], environment: { REGION: "eu" }, workingFolder: folder },
    secrets: { API_TOKEN: token, stdin: "secret on standard input" },
    allow: [],
    request: planRequest(),
    fingerprint: () => folderPrint(folder),
    effects: () => Promise.resolve(0),
    wrongSettings: [
      {},
      { command: [] },
      { command: ["node"] },
      { command: ["/bin/bash", "-lc", "true"] },
      { command: ["/bin/true"], environment: { LD_PRELOAD: "/tmp/x.so" } },
      { command: ["/bin/true"], phase: "execution" },
      { command: ["/bin/true"], workingFolder: "here" },
    ],
    stop: () => rm(folder, { recursive: true }),
  };
}
