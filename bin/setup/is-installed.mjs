import fs from "node:fs";
import { inRoot, node } from "./paths.mjs";

/**
 * Whether node_modules already holds what the lock file asks for, because somebody ran `npm ci` by hand.
 * npm records what it put there in node_modules/.package-lock.json.
 */
export function isInstalled() {
  if (!fs.existsSync(node) || !fs.existsSync(inRoot("node_modules/.package-lock.json"))) return false;
  const wanted = packagesOf("package-lock.json");
  const present = packagesOf("node_modules/.package-lock.json");
  return Object.entries(wanted).every(
    ([name, entry]) =>
      name === "" || entry.optional || entry.peer || present[name]?.version === entry.version,
  );
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean, peer?: boolean }>}
 */
const packagesOf = (file) => JSON.parse(fs.readFileSync(inRoot(file), "utf8")).packages;
