import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { freshClone, npmStart, remove } from "./installation.ts";

/*
 * How long a newcomer waits: `npm start` on a fresh clone (packages from npm's cache where it has them) to the first
 * page served, and the same command again.
 */
const aims = { first: 90, second: 6 };

const place = fs.mkdtempSync(path.join(os.tmpdir(), "lastgood-bench-start-"));
// As root, the account that runs PostgreSQL has to pass through.
fs.chmodSync(place, 0o711);
const [clone, dataFolder] = [path.join(place, "clone"), path.join(place, "data")];
try {
  await freshClone(clone);
  const first = await npmStart(clone, dataFolder);
  await first.stop();
  const second = await npmStart(clone, dataFolder);
  await second.stop();
  const seconds = ({ milliseconds }: { milliseconds: number }): string => (milliseconds / 1000).toFixed(1);
  console.log(`npm start on a fresh clone: first page after ${seconds(first)} s (aim ≤ ${aims.first} s)`);
  console.log(`npm start again: first page after ${seconds(second)} s (aim ≤ ${aims.second} s)`);
} finally {
  remove(place);
}
process.exit(0);
