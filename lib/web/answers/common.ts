import { z } from "zod";
import { eventTypes } from "#lib/domain/event.ts";

/** Every answer may carry more fields than these; a caller ignores what it does not know. */
export const answer = z.looseObject;

export const Time = z.iso.datetime({ offset: true });
export const AnyJson = z.unknown();
export const AnyObject = z.record(z.string(), z.unknown());
export const Person = answer({ id: z.string(), name: z.string(), email: z.string() });
export const Id = answer({ id: z.string() });

const Event = answer({
  seq: z.number().int(),
  type: z.enum(eventTypes),
  at: Time,
  actor: answer({ kind: z.enum(["user", "system"]), id: z.string(), name: z.string() }),
  data: AnyObject,
});
export const Events = answer({ events: z.array(Event), lastSeq: z.number().int() });

/** A page of a list, and the cursor of the next one. */
export function list<S extends z.ZodType>(item: S) {
  return answer({ items: z.array(item), next: z.string().nullable() });
}

const whole = (most: number) => z.coerce.number().int().min(0).max(most);

export const Page = z.object({
  limit: z.coerce.number().int().min(1).max(200).optional(),
  cursor: z.string().max(300).optional(),
});
export const After = z.object({
  after: whole(2_000_000_000).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(500),
});
export const Problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string(),
    instance: z.string().optional(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: "Problem" });
