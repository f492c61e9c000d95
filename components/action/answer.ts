import type { FieldError, RefusalCode } from "#lib/domain/errors.ts";
import type { Json } from "#lib/domain/json.ts";

/** Why something was not done, as actions and the API tell it. `UNREACHABLE` is the browser's own: no answer came. */
export type Problem = {
  code: RefusalCode | "UNREACHABLE";
  title: string;
  detail: string;
  status?: number;
  errors?: readonly FieldError[];
  instance?: string;
  [extra: string]: Json | readonly FieldError[] | undefined;
};

export type Answer<R> = { ok: true; result: R } | { ok: false; problem: Problem };

/** A server action as a screen gets it. `key`: one per form, kept over retries, so that it is done once. */
export type Act<I, R = unknown> = (input: I, key?: string) => Promise<Answer<R>>;

export const unreachable: Problem = {
  code: "UNREACHABLE",
  title: "Lastgood cannot be reached",
  detail:
    "No answer came, so it is not known whether this was done. Trying again is safe: it is done at most once.",
};
