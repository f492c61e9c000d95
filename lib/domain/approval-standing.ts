import {
  authorityOf,
  isAccepted,
  leastRole,
  type Capacity,
  type Circle,
} from "#lib/domain/approval-capacity.ts";
import { covers, type Role } from "#lib/domain/role.ts";

/** What somebody holds by themselves where the rollback acts, now; null: nothing, or the account is disabled. */
export type Holder = { id: string; name: string; role: Role | null };

/** An approval with what has become of that on which it rests. */
export type GivenApproval = {
  by: Holder;
  capacity: Capacity;
  /** The shift or the delegation was ended by somebody. Its own end, once it has served, changes nothing. */
  isRevoked: boolean;
  /** Whoever lent the role. */
  lender: Holder | null;
};

/** Who, and what they lost. */
export type Lost = { user: string; needed: Role; sentence: string };

/** Why an approval no longer counts; null where it stands. */
export function lostBy(circles: readonly Circle[], given: GivenApproval): Lost | null {
  const { by, capacity, isRevoked, lender } = given;
  switch (capacity.kind) {
    case "role":
      return by.role !== null && isAccepted(circles, { kind: "role", role: by.role })
        ? null
        : gone(by, leastOf(circles), "who approved it");
    case "on_call":
      if (isRevoked) {
        const sentence = `${by.name}, who approved it on call, was taken off call.`;
        return { user: by.id, needed: "operator", sentence };
      }
      return by.role !== null && isAccepted(circles, { kind: "on_call", role: by.role })
        ? null
        : gone(by, "operator", "who approved it on call");
    case "delegation": {
      const { name } = capacity.lender;
      if (isRevoked) {
        const sentence = `${by.name} approved it for ${name}, and that delegation was revoked.`;
        return { user: by.id, needed: capacity.role, sentence };
      }
      if (by.role === null || !covers(by.role, "operator"))
        return gone(by, "operator", `who approved it for ${name}`);
      return lender?.role && covers(lender.role, capacity.role) && isAccepted(circles, capacity)
        ? null
        : gone(capacity.lender, capacity.role, `for whom ${by.name} approved it`);
    }
  }
}

/** The approvals that stand, no person and no authority twice. */
export function standingOf(circles: readonly Circle[], all: readonly GivenApproval[]): GivenApproval[] {
  const people = new Set<string>();
  const authorities = new Set<string>();
  return all.filter((given) => {
    const authority = authorityOf(given.by.id, given.capacity);
    if (lostBy(circles, given) !== null || people.has(given.by.id) || authorities.has(authority))
      return false;
    people.add(given.by.id);
    authorities.add(authority);
    return true;
  });
}

function gone(who: { id: string; name: string }, needed: Role, what: string): Lost {
  const sentence = `${who.name}, ${what}, no longer holds the role ${needed.replaceAll("_", " ")}.`;
  return { user: who.id, needed, sentence };
}

function leastOf(circles: readonly Circle[]): Role {
  return circles.map(leastRole).reduce<Role>((most, role) => (covers(most, role) ? most : role), "operator");
}
