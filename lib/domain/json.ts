import { z } from "zod";

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export const Json: z.ZodType<Json> = z.json();
export const JsonObject = z.record(z.string(), Json);

/** The same object without the properties that are absent, as JSON would have it. */
export function withoutGaps(value: Record<string, Json | undefined>): JsonObject {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[key, item]])),
  );
}
