import { mkdirSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { resolve } from "node:path";
import { followParentById } from "./follow-parent.ts";
import { readSettings } from "./settings.ts";
import { startSupervisor } from "./supervisor.ts";
import type { Supervisor } from "./supervisor.ts";

let supervisor: Supervisor | undefined;
let isEnding = false;

const end = (): void => {
  if (isEnding) return;
  isEnding = true;
  // Children follow the closing of their pipes, so leaving during the start leaves nobody behind either.
  (supervisor?.stop() ?? Promise.resolve()).then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
};

process.on("SIGTERM", end);
process.on("SIGINT", end);

try {
  const settings = readSettings(process.env);
  const dataDir = resolve(settings.dataDir);
  mkdirSync(dataDir, { recursive: true });
  if (settings.followsParent) followParentById(end);
  supervisor = await startSupervisor(settings, dataDir);
  flushCompileCache();
  console.log(
    JSON.stringify({
      msg: "sandbox ready",
      url: `http://127.0.0.1:${supervisor.ports.proxy}`,
      ...supervisor.ports,
    }),
  );
  process.send?.("ready");
} catch (error) {
  console.error(`The sandbox cannot start. ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
