import { z } from "zod";
import { completeReview } from "#lib/commands/review/complete.ts";
import { grantRole } from "#lib/commands/role/grant.ts";
import { revokeRole } from "#lib/commands/role/revoke.ts";
import { revokeSessions } from "#lib/commands/session/revoke.ts";
import { createToken } from "#lib/commands/token/create.ts";
import { revokeToken } from "#lib/commands/token/revoke.ts";
import { addUser } from "#lib/commands/user/add.ts";
import { changeUser } from "#lib/commands/user/change.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { CreateToken } from "#lib/domain/token.ts";
import { AddUser, ChangeUser, GrantRole, RevokeRole } from "#lib/domain/user.ts";
import { listReviews } from "#lib/queries/review/list.ts";
import { listSessions } from "#lib/queries/session/list.ts";
import { listTokens } from "#lib/queries/token/list.ts";
import { listUsers } from "#lib/queries/user/list.ts";
import { readMe } from "#lib/queries/user/me.ts";
import { answer, Id, list, Page } from "#lib/web/answers/common.ts";
import { Me, Review, Session, Token, User } from "#lib/web/answers/people.ts";
import { route } from "#lib/web/route.ts";

const Flag = z.enum(["true", "false"]).transform((text) => text === "true");
const tag = "people";

export const peopleRoutes = [
  route({
    id: "getMe",
    method: "GET",
    path: "/me",
    access: "signed-in",
    summary: "Who is calling, and what they may do",
    tag,
    answer: Me,
    handler: async ({ actor }) => {
      if (actor.kind !== "user") throw new Refusal("UNAUTHENTICATED", "Only a person is someone.");
      return readMe(actor);
    },
  }),
  route({
    id: "listUsers",
    method: "GET",
    path: "/users",
    access: "user.read",
    summary: "Accounts, by e-mail address",
    tag,
    query: Page,
    answer: list(User),
    handler: ({ actor, query }) => listUsers(actor, query),
  }),
  route({
    id: "addUser",
    method: "POST",
    path: "/users",
    access: "user.add",
    summary: "Add an account with its first role",
    tag,
    body: AddUser,
    answer: User,
    status: 201,
    handler: ({ actor, body, idempotency }) => addUser(actor, body, idempotency),
  }),
  route({
    id: "changeUser",
    method: "PATCH",
    path: "/users/{id}",
    access: "user.change",
    summary: "Change an account, or disable it",
    tag,
    body: ChangeUser.omit({ user: true }),
    answer: Id,
    refusals: ["LAST_ADMIN"],
    handler: ({ actor, params, body, idempotency }) =>
      changeUser(actor, { ...body, user: params.id }, idempotency),
  }),
  route({
    id: "grantRole",
    method: "POST",
    path: "/users/{id}/roles",
    access: "role.grant",
    summary: "Give a role, everywhere or within a system, optionally until a time",
    tag,
    body: GrantRole.omit({ user: true }),
    answer: User,
    refusals: ["LAST_ADMIN"],
    handler: ({ actor, params, body, idempotency }) =>
      grantRole(actor, { ...body, user: params.id }, idempotency),
  }),
  route({
    id: "revokeRole",
    method: "DELETE",
    path: "/users/{id}/roles",
    access: "role.revoke",
    summary: "Take a role away, at once",
    tag,
    body: RevokeRole.omit({ user: true }),
    answer: User,
    refusals: ["LAST_ADMIN"],
    handler: ({ actor, params, body, idempotency }) =>
      revokeRole(actor, { ...body, user: params.id }, idempotency),
  }),
  route({
    id: "listSessions",
    method: "GET",
    path: "/users/{id}/sessions",
    access: "signed-in",
    summary: "Open browser sessions: one's own, or as an admin anyone's",
    tag,
    answer: list(Session),
    handler: async ({ actor, params }) => {
      if (actor.kind !== "user") throw new Refusal("UNAUTHENTICATED", "Only a person has sessions.");
      return { items: await listSessions(actor, params.id), next: null };
    },
  }),
  route({
    id: "revokeSessions",
    method: "DELETE",
    path: "/users/{id}/sessions",
    access: "session.revoke",
    summary: "End one session of a person, or all of them",
    tag,
    body: z.strictObject({ session: z.string().min(1).max(100).optional() }),
    answer: answer({ revoked: z.number().int() }),
    handler: ({ actor, params, body, idempotency }) =>
      revokeSessions(actor, { ...body, user: params.id }, idempotency),
  }),
  route({
    id: "listTokens",
    method: "GET",
    path: "/tokens",
    access: "token.read",
    summary: "API tokens without their secrets: one's own, or with of=everyone all of them",
    tag,
    query: Page.extend({ of: z.enum(["me", "everyone"]).optional() }),
    answer: list(Token),
    handler: ({ actor, query }) => listTokens(actor, query),
  }),
  route({
    id: "createToken",
    method: "POST",
    path: "/tokens",
    access: "token.create",
    summary: "Make an API token of one's own; its secret is told this once",
    tag,
    body: CreateToken,
    answer: Token.extend({ token: z.string().nullable() }),
    status: 201,
    isSecret: true,
    handler: ({ actor, body, idempotency }) => createToken(actor, body, idempotency),
  }),
  route({
    id: "revokeToken",
    method: "DELETE",
    path: "/tokens/{id}",
    access: "token.revoke",
    summary: "End a token, at once",
    tag,
    answer: Id,
    refusals: ["WRONG_STATE"],
    handler: ({ actor, params, idempotency }) => revokeToken(actor, { token: params.id }, idempotency),
  }),
  route({
    id: "listReviews",
    method: "GET",
    path: "/reviews",
    access: "rollback.read",
    summary: "The debts that emergencies left behind, review and documentation, the first due first",
    tag: "reviews",
    query: Page.extend({ open: Flag.optional(), overdue: Flag.optional() }),
    answer: list(Review),
    handler: ({ actor, query }) => listReviews(actor, query),
  }),
  route({
    id: "completeReview",
    method: "POST",
    path: "/reviews/{id}",
    access: "review.complete",
    summary: "Complete a review with what it found, or the documentation with the record",
    tag: "reviews",
    body: z.strictObject({ text: z.string().trim().min(20).max(20_000) }),
    answer: Id,
    refusals: ["WRONG_STATE"],
    handler: ({ actor, params, body, idempotency }) =>
      completeReview(actor, { ...body, review: params.id }, idempotency),
  }),
];
