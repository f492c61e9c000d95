import fs from "node:fs";
import path from "node:path";

const sizeLimit = 10 * 1024 * 1024;
const kept = 3;

/**
 * Opens a log for a child to write to by itself, so that it goes on when nobody supervises it. The caller closes the
 * descriptor.
 */
export function openLog(dataFolder: string, name: string): number {
  const file = logFile(dataFolder, name);
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  return fs.openSync(file, "a", 0o600);
}

export const logFile = (dataFolder: string, name: string): string =>
  path.join(dataFolder, "logs", `${name}.log`);

/** The last lines of a log, for a person. */
export function lastLines(dataFolder: string, name: string, count: number): string {
  const file = logFile(dataFolder, name);
  if (!fs.existsSync(file)) return "";
  return fs.readFileSync(file, "utf8").trimEnd().split("\n").slice(-count).join("\n");
}

/** Sets aside every log that has grown too large. Writers append, so emptying the file under them is safe. */
export function rotateLogs(dataFolder: string): void {
  const folder = path.join(dataFolder, "logs");
  if (!fs.existsSync(folder)) return;
  for (const name of fs.readdirSync(folder).filter((entry) => entry.endsWith(".log"))) {
    const file = path.join(folder, name);
    if (fs.statSync(file).size <= sizeLimit) continue;
    for (let age = kept - 1; age >= 1; age--) {
      if (fs.existsSync(`${file}.${age}`)) fs.renameSync(`${file}.${age}`, `${file}.${age + 1}`);
    }
    fs.copyFileSync(file, `${file}.1`);
    fs.truncateSync(file, 0);
  }
}
