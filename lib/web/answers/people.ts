import { z } from "zod";
import { DebtKind } from "#lib/domain/emergency.ts";
import { Role } from "#lib/domain/role.ts";
import { answer, Person, Time } from "#lib/web/answers/common.ts";

const Grant = answer({ role: Role, system: z.string(), expiresAt: Time.nullable() });

export const Me = answer({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  via: z.enum(["session", "token", "cli"]),
  role: Role.nullable(),
  grants: z.array(Grant),
  onCall: z.array(answer({ system: z.string(), until: Time })),
  reauthenticatedAt: Time.nullable(),
}).meta({ id: "Me" });

export const Shift = answer({
  id: z.string(),
  person: Person,
  system: z.string(),
  startsAt: Time,
  endsAt: Time,
  revokedAt: Time.nullable(),
}).meta({ id: "Shift" });

export const Delegation = answer({
  id: z.string(),
  from: Person,
  to: Person,
  role: Role,
  system: z.string(),
  reason: z.string(),
  createdAt: Time,
  endsAt: Time,
  revokedAt: Time.nullable(),
}).meta({ id: "Delegation" });

export const User = answer({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  grants: z.array(Grant),
  createdAt: Time,
  disabledAt: Time.nullable(),
}).meta({ id: "User" });

export const Token = answer({
  id: z.string(),
  name: z.string(),
  role: Role,
  system: z.string(),
  createdAt: Time,
  expiresAt: Time.nullable(),
  revokedAt: Time.nullable(),
  lastUsedAt: Time.nullable(),
}).meta({ id: "Token" });

export const Session = answer({
  id: z.string(),
  isThisOne: z.boolean(),
  createdAt: Time,
  lastSeenAt: Time,
  expiresAt: Time,
  userAgent: z.string().nullable(),
}).meta({ id: "Session" });

export const Review = answer({
  id: z.string(),
  kind: DebtKind,
  rollback: answer({ id: z.string(), number: z.string().nullable() }),
  owedBy: Person,
  dueAt: Time,
  overdue: z.boolean(),
  doneAt: Time.nullable(),
  text: z.string().nullable(),
}).meta({ id: "Review" });
