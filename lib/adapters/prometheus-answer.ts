import { z } from "zod";
import { Fault } from "#lib/domain/errors.ts";
import { excerpt, printable } from "#lib/adapters/evidence.ts";
import { parseJson } from "#lib/adapters/json-path.ts";
import type { HttpAnswer } from "#lib/domain/guarded-http.ts";

/** One series: its name for people, and what it said when (Unix time in seconds), oldest first. */
export type Series = { name: string; points: { at: number; value: number }[] };

const Point = z.tuple([z.number(), z.string()]);
const Labels = z.record(z.string(), z.string());
const Data = z.discriminatedUnion("resultType", [
  z.object({ resultType: z.literal("vector"), result: z.array(z.object({ metric: Labels, value: Point })) }),
  z.object({
    resultType: z.literal("matrix"),
    result: z.array(z.object({ metric: Labels, values: z.array(Point) })),
  }),
  z.object({ resultType: z.literal("scalar"), result: Point }),
]);
const Answer = z.object({
  status: z.literal("success"),
  data: Data,
  warnings: z.array(z.string()).optional(),
});
const Failure = z.object({ errorType: z.string().optional(), error: z.string() });

/**
 * Reads what the query API of Prometheus (and of what speaks it) answers. `system` names it in messages. Throws Fault:
 * `transient` when it is busy or its data is not whole, `permanent` when the query or the right to ask is wrong.
 */
export function readSeries(answer: HttpAnswer, system: string, redact: (text: string) => string): Series[] {
  const { status, body, truncated } = answer;
  if (status === 401 || status === 403)
    throw new Fault(
      "permanent",
      "ACCESS_DENIED",
      `${system} refuses the question with status ${status}.`,
      "Check the secret of this target, and what it may read.",
    );
  if (truncated)
    throw new Fault(
      "permanent",
      "TOO_MANY_SERIES",
      `${system} answers with more than can be looked at.`,
      "Aggregate in the query, with sum, max or topk.",
    );
  const document = parseJson(body);
  const parsed = Answer.safeParse(document);
  if (status === 200 && parsed.success) {
    const { data, warnings } = parsed.data;
    if (warnings !== undefined && warnings.length > 0)
      throw notWhole(system, excerpt(redact(warnings.join("; "))));
    return seriesOf(data);
  }
  throw refusal(status, document, system, redact);
}

function refusal(status: number, document: unknown, system: string, redact: (text: string) => string): Fault {
  const failure = Failure.safeParse(document);
  const said = failure.success ? `: ${excerpt(redact(failure.data.error))}` : ".";
  if (status >= 500 || status === 429)
    return new Fault(
      "transient",
      "NO_ANSWER",
      `${system} cannot answer now (status ${status})${said}`,
      `Look at ${system} itself; it is asked again within the step's limit.`,
    );
  if (failure.success && (status === 400 || status === 422))
    return new Fault(
      "permanent",
      "QUERY_REFUSED",
      `${system} does not take the query${said}`,
      "Correct the query in the settings of this target; try it where graphs are drawn.",
    );
  return new Fault(
    "permanent",
    "NOT_UNDERSTOOD",
    `What answers there (status ${status}) does not speak the query API of ${system}, or not for such a query.`,
    "Check the address, and that the query gives numbers.",
  );
}

function notWhole(system: string, warning: string): Fault {
  return new Fault(
    "transient",
    "PARTIAL_DATA",
    `${system} answers with a warning, so the data may not be whole: ${warning}`,
    "What is not whole is not taken for good. Look at its storage, or at the query.",
  );
}

function seriesOf(data: z.output<typeof Data>): Series[] {
  const point = ([at, value]: [number, string]) => ({ at, value: numberOf(value) });
  switch (data.resultType) {
    case "scalar":
      return [{ name: "the value", points: [point(data.result)] }];
    case "vector":
      return data.result.map(({ metric, value }) => ({ name: nameOf(metric), points: [point(value)] }));
    case "matrix":
      return data.result.map(({ metric, values }) => ({ name: nameOf(metric), points: values.map(point) }));
  }
}

function numberOf(text: string): number {
  if (text === "+Inf") return Number.POSITIVE_INFINITY;
  if (text === "-Inf") return Number.NEGATIVE_INFINITY;
  return text.trim() === "" ? Number.NaN : Number(text);
}

function nameOf({ __name__: name = "", ...labels }: Record<string, string>): string {
  const inner = Object.entries(labels)
    .map(([label, value]) => `${label}="${value}"`)
    .join(", ");
  if (inner === "") return name === "" ? "the value" : name;
  return printable(`${name}{${inner}}`);
}
