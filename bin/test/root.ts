import path from "node:path";

/** The folder of the clone. */
export const root = path.resolve(import.meta.dirname, "..", "..");

/** A program that a dependency brings. */
export const program = (name: string): string => path.join(root, "node_modules", ".bin", name);
