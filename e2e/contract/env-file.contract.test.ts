import { readFileSync } from "node:fs";
import { chmod, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { planRequest } from "#e2e/contract/contract-case.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { contractSuite } from "#e2e/contract/contract-suite.ts";
import { folderPrint, temporaryFolder } from "#e2e/contract/folder-print.ts";

contractSuite("env-file", { make: envFile });

async function envFile(): Promise<ContractCase> {
  const folder = await temporaryFolder();
  const file = path.join(folder, "app.env");
  const hook = path.join(folder, "restart.sh");
  const restarts = path.join(folder, "restarts.log");
  await writeFile(file, "MODEL=large\nPASSWORD=new-and-hidden\nONLY_NEW=1\n");
  await chmod(file, 0o640);
  await writeFile(path.join(folder, "app.env.2.3.0"), "MODEL=medium\nPASSWORD=old-and-hidden\nONLY_OLD=1\n");
  await writeFile(hook, `#!/bin/sh\necho restarted >> ${restarts}\n`);
  await chmod(hook, 0o755);
  return {
    adapter: "env-file",
    settings: { path: file, plainKeys: ["MODEL"], restartHook: [hook] },
    secrets: {},
    allow: [],
    request: planRequest(),
    fingerprint: () => folderPrint(folder),
    effects: (operation) => {
      const names = operation === "restart" ? readIfThere(restarts).split("\n").filter(Boolean) : null;
      if (names !== null) return Promise.resolve(names.length);
      return Promise.resolve(readFileSync(file, "utf8").includes("MODEL=medium") ? 1 : 0);
    },
    wrongSettings: [
      {},
      { path: "relative.env" },
      { path: "/a/../b.env" },
      { path: file, backupName: "../{revision}" },
      { path: file, restartHook: ["restart"] },
      { path: file, restartHook: ["/bin/sh", "-c", "echo"] },
      { path: file, plainKeys: ["A B"] },
    ],
    stop: () => rm(folder, { recursive: true }),
  };
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}
