import path from "node:path";
import type { ObjectVersion } from "#lib/adapters/static-site/objects.ts";

/**
 * Groups, each to be finished before the next: assets; what names assets (manifests, workers); pages; the index of all.
 * The other way round an index would be served whose assets are not there yet. Until the last group the old index goes
 * on naming old assets, which are never taken away before it. Empty groups are left out.
 */
export function restoreOrder<T extends Pick<ObjectVersion, "key">>(
  objects: readonly T[],
  entries: readonly string[],
): T[][] {
  const groups: T[][] = [[], [], [], []];
  for (const one of objects) groups[rankOf(one.key, entries)]?.push(one);
  return groups.filter((group) => group.length > 0);
}

function rankOf(key: string, entries: readonly string[]): number {
  const name = path.posix.basename(key);
  if (name === "index.html") return 3;
  if (name.endsWith(".html")) return 2;
  return entries.includes(name) ? 1 : 0;
}

/** Whether it refers to other files, or is a page. */
export const isEntry = (key: string, entries: readonly string[]): boolean => rankOf(key, entries) > 0;
