import { atJsonPath, parseJson } from "#lib/adapters/json-path.ts";

// What only the current environment served comes first: right after a switch the total still holds the bad past.
const jsonPaths = [
  "current.errorRate",
  "current.error_rate",
  "error_rate",
  "errorRate",
  "error_ratio",
  "errorRatio",
];
const metricName = /(?:^|_)error_(?:rate|ratio)$/;

/** The error rate of a metrics document: a number, null when it is not measured yet, undefined when it is not there. */
export function errorRateOf(body: string, name: string | undefined): number | null | undefined {
  const document = parseJson(body);
  if (document !== undefined && typeof document === "object" && document !== null) {
    const values = (name === undefined ? jsonPaths : [name])
      .map((path) => atJsonPath(document, path))
      .filter((value) => value !== undefined);
    const [value] = values;
    return typeof value === "number" || value === null ? value : undefined;
  }
  const rates = body.split("\n").flatMap((line) => {
    const [, metric, value] = /^([A-Za-z_:][A-Za-z0-9_:]*)(?:\{.*\})?\s+(\S+)/.exec(line) ?? [];
    if (metric === undefined || value === undefined) return [];
    return (name === undefined ? metricName.test(metric) : metric === name) ? [Number(value)] : [];
  });
  if (rates.length === 0) return undefined;
  return rates.some(Number.isNaN) ? null : Math.max(...rates);
}
