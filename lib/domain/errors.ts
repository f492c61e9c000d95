import type { Json } from "#lib/domain/json.ts";

/** Every code a caller can meet, with its HTTP status and its title. Codes are stable; titles may be reworded. */
export const refusals = {
  INVALID: { status: 422, title: "The input is not valid" },
  MALFORMED: { status: 400, title: "The request could not be read" },
  TOO_LARGE: { status: 413, title: "The request is too large" },
  UNSUPPORTED_MEDIA: { status: 415, title: "Only JSON is accepted here" },
  UNAUTHENTICATED: { status: 401, title: "Sign in first" },
  FORBIDDEN: { status: 403, title: "Your role does not allow this" },
  CROSS_ORIGIN: { status: 403, title: "This came from another site" },
  SELF_APPROVAL: { status: 403, title: "Whoever started or edited a plan cannot approve it" },
  REAUTHENTICATION_REQUIRED: { status: 403, title: "Confirm that it is you" },
  REVIEW_OVERDUE: { status: 403, title: "An emergency review is overdue" },
  NOT_FOUND: { status: 404, title: "There is nothing here" },
  METHOD_NOT_ALLOWED: { status: 405, title: "This address does not take that method" },
  DUPLICATE: { status: 409, title: "This was already used for something else" },
  LOCKED: { status: 409, title: "Another rollback is active here" },
  PLAN_STALE: { status: 409, title: "The plan no longer matches what would be done" },
  APPROVAL_EXPIRED: { status: 409, title: "The approval has expired" },
  ROLE_REVOKED: { status: 409, title: "A role that this rests on was revoked" },
  PINNED: { status: 409, title: "This version is quarantined" },
  PLAYBOOK_REFUSES: { status: 409, title: "The playbook allows no rollback here" },
  WRONG_STATE: { status: 409, title: "This cannot be done in the present state" },
  LAST_ADMIN: { status: 409, title: "The last admin must stay" },
  NOT_KNOWN_GOOD: { status: 422, title: "That version is not known to be good" },
  NEVER_DEPLOYED: { status: 422, title: "That version was never deployed here" },
  CHECKLIST_OPEN: { status: 422, title: "The checklist is not complete" },
  CONFIRMATION_REQUIRED: { status: 422, title: "The confirmation phrase does not match" },
  ADDRESS_REFUSED: { status: 422, title: "That address is not on the allow-list" },
  THROTTLED: { status: 429, title: "Too many attempts" },
  BROKEN: { status: 500, title: "Something broke" },
  AUDIT_UNAVAILABLE: { status: 503, title: "The record cannot be written, so nothing was done" },
} as const satisfies Record<string, { status: number; title: string }>;

export type RefusalCode = keyof typeof refusals;
export type FieldError = { path: string; message: string };

/** The system says no. Expected, explained, and nothing was changed. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: RefusalCode;
  readonly errors: readonly FieldError[];
  readonly extra: Record<string, Json>;

  constructor(
    code: RefusalCode,
    detail: string,
    more: { errors?: readonly FieldError[]; extra?: Record<string, Json> } = {},
  ) {
    super(detail);
    this.code = code;
    this.errors = more.errors ?? [];
    this.extra = more.extra ?? {};
  }
}

/** `transient`: may work on a retry; `permanent`: will not; `unknown`: the effect may or may not have happened. */
export type FaultKind = "transient" | "permanent" | "unknown";

/** What an adapter reports when the world does not answer as it should. `advice` tells a person what to do. */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly kind: FaultKind;
  readonly code: string;
  readonly advice: string;

  constructor(kind: FaultKind, code: string, message: string, advice: string) {
    super(message);
    this.kind = kind;
    this.code = code;
    this.advice = advice;
  }
}
