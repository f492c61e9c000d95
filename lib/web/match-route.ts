import { isStorable } from "#lib/web/body.ts";
import type { Method, Route } from "#lib/web/route.ts";

export type Match =
  { found: Route; params: Record<string, string> } | { found: null; allow: readonly Method[] };

const maxSegment = 300;

/** Makes the function that finds the endpoint for a method and a path. Fixed words win over parameters. */
export function routeMatcher(routes: readonly Route[]): (method: string, path: string) => Match {
  const table = routes
    .map((route) => ({ route, segments: route.path.split("/").slice(1) }))
    .sort((a, b) => parameterCount(a.segments) - parameterCount(b.segments));
  return (method, path) => {
    const given = segmentsOf(path);
    if (given === null) return { found: null, allow: [] };
    const allow: Method[] = [];
    let fixed: number | undefined;
    for (const { route, segments } of table) {
      // A path that a fixed word answers does not fall back to a parameter of another method.
      if (fixed !== undefined && parameterCount(segments) > fixed) break;
      const params = paramsOf(segments, given);
      if (params === null) continue;
      if (route.method === method) return { found: route, params };
      fixed = parameterCount(segments);
      allow.push(route.method);
    }
    return { found: null, allow };
  };
}

const isParameter = (segment: string): boolean => segment.startsWith("{");
const parameterCount = (segments: readonly string[]): number => segments.filter(isParameter).length;

function segmentsOf(path: string): string[] | null {
  try {
    const segments = path.split("/").slice(1).map(decodeURIComponent);
    return segments.every((segment) => segment.length <= maxSegment && isStorable(segment)) ? segments : null;
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

function paramsOf(segments: readonly string[], given: readonly string[]): Record<string, string> | null {
  if (segments.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [i, segment] of segments.entries()) {
    const value = given[i] ?? "";
    if (isParameter(segment)) {
      if (value === "") return null;
      params[segment.slice(1, -1)] = value;
    } else if (segment !== value) return null;
  }
  return params;
}
