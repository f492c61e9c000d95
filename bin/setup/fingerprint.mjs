import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { inRoot } from "./paths.mjs";

/**
 * A SHA-256 over names and contents of files and folders below the root. What is missing counts as missing.
 *
 * @param {string[]} names
 * @param {(name: string) => boolean} [ignore] by name relative to the root
 */
export function fingerprint(names, ignore = () => false) {
  const hash = createHash("sha256");
  for (const name of names) addTo(hash, name, ignore);
  return hash.digest("hex");
}

/**
 * @param {import("node:crypto").Hash} hash
 * @param {string} name
 * @param {(name: string) => boolean} ignore
 */
function addTo(hash, name, ignore) {
  if (ignore(name)) return;
  const stat = fs.statSync(inRoot(name), { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (stat.isDirectory()) {
    for (const child of fs.readdirSync(inRoot(name)).sort())
      addTo(hash, path.posix.join(name, child), ignore);
  } else {
    const content = fs.readFileSync(inRoot(name));
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
}

/**
 * @param {string} file relative to the root
 * @param {string} value
 */
export const isStamped = (file, value) =>
  fs.existsSync(inRoot(file)) && fs.readFileSync(inRoot(file), "utf8") === value;

/**
 * @param {string} file relative to the root
 * @param {string} value
 */
export function stamp(file, value) {
  fs.mkdirSync(path.dirname(inRoot(file)), { recursive: true });
  fs.writeFileSync(inRoot(file), value);
}
