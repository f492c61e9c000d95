import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";

/*
 * `npm run bench`: every measurement in this folder, one after the other, as lines with the aim beside the figure.
 * `npm run bench -- start memory` runs those named. Nothing here fails for being slow: figures depend on the machine.
 */
const shared = new Set(["main", "installation", "run-plan"]);
const names = fs
  .readdirSync(import.meta.dirname)
  .map((file) => path.basename(file, ".ts"))
  .filter((name) => !shared.has(name))
  .sort();
const asked = process.argv.slice(2);
const unknown = asked.find((name) => !names.includes(name));
if (unknown !== undefined) {
  console.error(`There is no measurement "${unknown}": ${names.join(", ")}.`);
  process.exit(2);
}

let isWhole = true;
for (const name of asked.length > 0 ? asked : names) {
  console.log(`\n${name}`);
  const child = spawn(process.execPath, [path.join(import.meta.dirname, `${name}.ts`)], {
    stdio: "inherit",
    env: { ...process.env, LASTGOOD_LOG_LEVEL: "warn" },
  });
  const [code] = (await once(child, "exit")) as [number | null];
  if (code === 0) continue;
  isWhole = false;
  console.error(`${name} could not be measured.`);
}
process.exit(isWhole ? 0 : 1);
