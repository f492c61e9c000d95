import { findAnswer, keepAnswer } from "#lib/commands/idempotency.ts";
import { createApi } from "#lib/web/dispatch.ts";
import { authenticate } from "#lib/web/session.ts";
import { routes } from "./table.ts";

/** The API, from request to response. */
export const api = createApi({ routes, authenticate, findAnswer, keepAnswer });
