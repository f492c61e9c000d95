import { z } from "zod";
import { Json } from "#lib/domain/json.ts";

/** Any JSON, which forms show as one field to write JSON into. */
export const JsonValue = z.unknown().pipe(Json);
