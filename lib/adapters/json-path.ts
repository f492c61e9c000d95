import type { Json } from "#lib/domain/json.ts";

/** What stands at a path such as `data.items[0].version`; undefined where there is nothing. */
export function atJsonPath(value: unknown, path: string): unknown {
  let at = value;
  for (const key of path.replaceAll(/\[(\d+)\]/g, ".$1").split(".")) {
    if (key === "") continue;
    if (at === null || typeof at !== "object" || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return at;
}

/** Parses without throwing; undefined for what is not JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
