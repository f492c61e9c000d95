import { z } from "zod";
import { lendRole } from "#lib/commands/delegation/lend.ts";
import { revokeDelegation } from "#lib/commands/delegation/revoke.ts";
import { assignOnCall } from "#lib/commands/on-call/assign.ts";
import { revokeOnCall } from "#lib/commands/on-call/revoke.ts";
import { LendRole } from "#lib/domain/delegation.ts";
import { AssignOnCall } from "#lib/domain/on-call.ts";
import { listDelegations } from "#lib/queries/delegation/list.ts";
import { listShifts } from "#lib/queries/on-call/list.ts";
import { list, Page } from "#lib/web/answers/common.ts";
import { Delegation, Shift } from "#lib/web/answers/people.ts";
import { route } from "#lib/web/route.ts";

const System = z.string().max(100).optional();
const At = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .optional();

/** Who is on call, and who lends whom a role. */
export const dutyRoutes = [
  route({
    id: "listOnCall",
    method: "GET",
    path: "/on-call",
    access: "on-call.read",
    summary: "Shifts that are not over, the earliest first; with `at`, who is on call at that moment",
    tag: "people",
    query: Page.extend({ system: System, at: At }),
    answer: list(Shift),
    handler: ({ actor, query }) => listShifts(actor, query),
  }),
  route({
    id: "assignOnCall",
    method: "POST",
    path: "/on-call",
    access: "on-call.assign",
    summary:
      "Put an operator on call for a system, for at most 31 days; overlapping shifts are in the answer",
    tag: "people",
    body: AssignOnCall,
    answer: Shift.extend({ overlaps: z.array(Shift) }),
    status: 201,
    handler: ({ actor, body, idempotency }) => assignOnCall(actor, body, idempotency),
  }),
  route({
    id: "revokeOnCall",
    method: "DELETE",
    path: "/on-call/{id}",
    access: "on-call.revoke",
    summary: "End a shift now, or take it off the roster; approvals given on it no longer stand",
    tag: "people",
    answer: Shift,
    refusals: ["WRONG_STATE"],
    handler: ({ actor, params, idempotency }) => revokeOnCall(actor, { shift: params.id }, idempotency),
  }),
  route({
    id: "listDelegations",
    method: "GET",
    path: "/delegations",
    access: "delegation.read",
    summary: "Roles that are lent now, the newest first; with `user`, by or to this person",
    tag: "people",
    query: Page.extend({ system: System, user: z.string().max(64).optional() }),
    answer: list(Delegation),
    handler: ({ actor, query }) => listDelegations(actor, query),
  }),
  route({
    id: "lendRole",
    method: "POST",
    path: "/delegations",
    access: "delegation.lend",
    summary: "Lend a role that one holds oneself to somebody, for approvals only and for at most 14 days",
    tag: "people",
    body: LendRole,
    answer: Delegation,
    status: 201,
    handler: ({ actor, body, idempotency }) => lendRole(actor, body, idempotency),
  }),
  route({
    id: "revokeDelegation",
    method: "DELETE",
    path: "/delegations/{id}",
    access: "delegation.revoke",
    summary: "End a loan now, as either of the two or as an admin; approvals given by it no longer stand",
    tag: "people",
    answer: Delegation,
    refusals: ["WRONG_STATE"],
    handler: ({ actor, params, idempotency }) =>
      revokeDelegation(actor, { delegation: params.id }, idempotency),
  }),
];
