import type { z } from "zod";
import type { Actor } from "#lib/domain/actor.ts";
import type { CommandName, ReadName } from "#lib/domain/authority.ts";
import type { RefusalCode } from "#lib/domain/errors.ts";
import type { RequestKey } from "#lib/web/idempotency-header.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * Who may call: a row of the authority table, anyone signed in, or anyone at all. "webhook" takes what "signal.report"
 * takes, and a signed request without an account besides.
 */
export type Access = CommandName | ReadName | "signed-in" | "public" | "webhook";

/** A text to be kept as a file. */
export type TextFile = { text: string; fileName: string };
export type TextType =
  "text/markdown" | "text/yaml" | "text/csv" | "application/x-ndjson" | "application/json";

type Call<P, Q, B, X extends Access = Access> = {
  actor: X extends "public" ? Actor | null : Actor;
  params: P;
  query: Q;
  /** As it was sent, and known to fit the schema; the command parses it again beside the data. */
  body: B;
  /** The Idempotency-Key of a POST, for the command that it leads to. */
  idempotency: RequestKey | undefined;
  request: Request;
};

type AnyCall = Omit<Call<Record<string, string>, unknown, unknown>, "actor"> & { actor: Actor | null };

/** One endpoint: what it takes, what it gives, who may call it. OpenAPI, the authority table and the checks all read this. */
export type Route = {
  id: string;
  method: Method;
  path: string;
  access: Access;
  summary: string;
  tag: string;
  query: z.ZodObject | undefined;
  body: z.ZodType | undefined;
  answer: z.ZodType | TextType;
  status: number;
  /** Codes beyond those that every endpoint can give. */
  refusals: readonly RefusalCode[];
  /** The answer holds a secret, so it is told once and kept nowhere. */
  isSecret: boolean;
  handle: (call: AnyCall) => Promise<unknown>;
};

type ParamNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParamNames<Rest>
  : never;
type Output<S> = S extends z.ZodType ? z.output<S> : undefined;
type Input<S> = S extends z.ZodType ? z.input<S> : undefined;
type Answer<A> = A extends z.ZodType
  ? z.input<A>
  : A extends TextType
    ? string | AsyncIterable<string> | TextFile
    : never;

type Definition<
  Path extends string,
  X extends Access,
  Q extends z.ZodObject | undefined,
  B extends z.ZodType | undefined,
  A extends z.ZodType | TextType,
> = {
  id: string;
  method: Method;
  path: Path;
  access: X;
  summary: string;
  tag: string;
  query?: Q;
  body?: B;
  answer: A;
  status?: number;
  refusals?: readonly RefusalCode[];
  isSecret?: boolean;
  handler: (call: Call<Record<ParamNames<Path>, string>, Output<Q>, Input<B>, X>) => Promise<Answer<A>>;
};

/** Declares one endpoint. What its handler is given and gives back is typed by its own schemas. */
export function route<
  const Path extends string,
  X extends Access,
  A extends z.ZodType | TextType,
  Q extends z.ZodObject | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(definition: Definition<Path, X, Q, B, A>): Route {
  const { handler, query, body, status = 200, refusals = [], isSecret = false, ...rest } = definition;
  return {
    ...rest,
    query,
    body,
    status,
    refusals,
    isSecret,
    // The dispatcher hands over exactly what `path`, `query` and `body` parsed to.
    handle: (call) => handler(call as Call<Record<ParamNames<Path>, string>, Output<Q>, Input<B>, X>),
  };
}
