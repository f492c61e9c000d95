import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { HttpUrl, UrlPath } from "#lib/adapters/http-address.ts";
import { JsonValue } from "#lib/adapters/json-value.ts";

const Call = (path: string) =>
  z
    .strictObject({
      method: z.enum(["POST", "PUT", "PATCH", "DELETE"]).default("POST"),
      path: UrlPath.default(path),
      body: JsonValue.optional(),
    })
    .prefault({});

export const Settings = z
  .strictObject({
    url: HttpUrl.describe("Base address of the API that turns maintenance mode on and off"),
    on: Call("/admin/maintenance/enable").describe(
      "The call that turns it on, with a JSON body if it takes one",
    ),
    off: Call("/admin/maintenance/disable").describe("The call that turns it off"),
    statusPath: UrlPath.optional().describe(
      "GET: tells whether it is on. Without it nothing can be looked at, and a call whose answer was lost needs a person",
    ),
    statusField: z
      .string()
      .max(200)
      .default("maintenance")
      .describe("JSON path of the value that tells it, in the answer of statusPath"),
    onValue: JsonValue.default(true).describe("That value while maintenance mode is on"),
    offValue: JsonValue.default(false).describe("That value while it is off"),
    onStatus: z
      .number()
      .int()
      .min(400)
      .max(599)
      .optional()
      .describe(
        "For a statusPath that is an ordinary page: the HTTP status that it answers during maintenance, such as 503. A 2xx means off; no JSON is read",
      ),
    idempotent: z
      .boolean()
      .default(false)
      .describe("Asking twice does no harm, so a call whose answer was lost may be repeated without looking"),
    unnamed: z
      .boolean()
      .default(false)
      .describe(
        "Also in procedures that name no operation of the routing. Otherwise only where the procedure names on: most need no maintenance mode",
      ),
    settleSeconds: z
      .number()
      .min(0)
      .max(600)
      .default(10)
      .describe("How long a change may take to show at statusPath"),
    timeoutMs: z.number().int().min(50).max(120_000).default(5000).describe("For each call"),
  })
  .refine(({ on, off }) => !isDeepStrictEqual(on, off), {
    path: ["off"],
    message: "On and off are the same call: a toggle names no state, and nobody could repeat it safely.",
  })
  .refine(({ onValue, offValue }) => !isDeepStrictEqual(onValue, offValue), {
    path: ["offValue"],
    message: "The same value cannot mean on and off.",
  });
export type Settings = z.output<typeof Settings>;

export const Mode = z.enum(["on", "off"]);
export type Mode = z.output<typeof Mode>;

export const Wanted = z.strictObject({ maintenance: Mode.describe("The mode that is wanted") });
export type Wanted = z.output<typeof Wanted>;

export const Nothing = z.strictObject({});
export type Nothing = z.output<typeof Nothing>;
