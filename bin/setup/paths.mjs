import path from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the clone or installation. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Node 24, as the npm package `node` brings it: the machine's own Node may be older. */
export const node = path.join(root, "node_modules", "node", "bin", "node");

/** @param {string[]} parts */
export const inRoot = (...parts) => path.join(root, ...parts);
