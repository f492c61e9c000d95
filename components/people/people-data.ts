import type { Act } from "#components/action/answer.ts";
import type { Role } from "#lib/domain/role.ts";

export type GrantView = { role: Role; system: string; expiresAt: string | null };
export type AccountView = {
  id: string;
  email: string;
  name: string;
  disabledAt: string | null;
  createdAt: string;
  grants: GrantView[];
  signsInWith: { password: boolean; singleSignOn: boolean };
};
export type SessionView = {
  id: string;
  isThisOne: boolean;
  createdAt: string;
  lastSeenAt: string;
  expiresAt: string;
  userAgent: string | null;
};
export type TokenView = {
  id: string;
  name: string;
  role: Role;
  system: string;
  createdAt: string;
  expiresAt: string | null;
  revokedAt: string | null;
  lastUsedAt: string | null;
  user: { id: string; email: string; name: string };
};

export type AddPerson = Act<
  { email: string; name: string; role: Role; system: string; password?: string },
  { id: string }
>;
export type PersonActions = {
  change: Act<{ user: string; name?: string; email?: string; password?: string; disabled?: boolean }>;
  grant: Act<{ user: string; role: Role; system: string; expiresAt: string | null }>;
  revoke: Act<{ user: string; role: Role; system: string }>;
  endSessions: Act<{ user: string; session?: string }>;
};
export type TokenActions = {
  create: Act<{ name: string; role?: Role; system: string; ttl: string }, { token: string | null }>;
  revoke: Act<{ token: string }>;
};

export type StoredSecretView = {
  name: string;
  setAt: string | null;
  setBy: { id: string; name: string } | null;
  usedBy: { service: string; environment: string; component: string }[];
};
export type SecretActions = {
  set: Act<{ name: string; value: string }>;
  remove: Act<{ name: string }>;
};

type PersonName = { id: string; name: string; email: string };
export type ShiftView = { id: string; person: PersonName; system: string; startsAt: string; endsAt: string };
export type RosterView = {
  system: string;
  now: ShiftView[];
  next: ShiftView | null;
  shifts: ShiftView[];
  mayAssign: boolean;
  people: PersonName[];
};
export type OnCallActions = {
  assign: Act<
    { user: string; system: string; startsAt?: string; endsAt: string },
    { overlaps: { person: PersonName }[] }
  >;
  end: Act<{ shift: string }>;
};

export type DelegationView = {
  id: string;
  from: PersonName;
  to: PersonName;
  role: Role;
  system: string;
  reason: string;
  endsAt: string;
};
/** Where one may lend: a system, the role held there, and to whom. */
export type ReachView = { system: string; role: Role; people: PersonName[] };
export type DelegationActions = {
  lend: Act<{ to: string; role: Exclude<Role, "viewer">; system: string; reason: string; endsAt: string }>;
  end: Act<{ delegation: string }>;
};
