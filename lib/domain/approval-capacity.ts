import { covers, roleTitle, type Role } from "#lib/domain/role.ts";

/** Whose word one playbook takes: holders of these roles or above, and where it says so whoever is on call. */
export type Circle = { roles: readonly Role[]; onCall: boolean };

/** The least role that a circle names; admin where it names none. */
export function leastRole({ roles }: Circle): Role {
  return roles.reduce<Role>((least, role) => (covers(least, role) ? role : least), "admin");
}

export const viaKinds = ["role", "on_call", "delegation"] as const;
export type ViaKind = (typeof viaKinds)[number];

/** In which capacity somebody decides: by a role of their own, on call, or with a role that was lent to them. */
export type Capacity =
  | { kind: "role"; role: Role }
  | { kind: "on_call"; role: Role; id: string; until: string }
  | { kind: "delegation"; role: Role; id: string; until: string; lender: { id: string; name: string } };

/** Whether every playbook concerned takes somebody's word in this capacity; where none asks for one, nobody's. */
export function isAccepted(circles: readonly Circle[], capacity: Pick<Capacity, "kind" | "role">): boolean {
  const isOnDuty = capacity.kind === "on_call" && covers(capacity.role, "operator");
  return (
    circles.length > 0 &&
    circles.every(
      (circle) => circle.roles.some((named) => covers(capacity.role, named)) || (circle.onCall && isOnDuty),
    )
  );
}

/** Whose authority an approval uses up: one's own, or the lender's. It counts once in a quorum. */
export function authorityOf(userId: string, capacity: Capacity): string {
  return capacity.kind === "delegation" ? capacity.lender.id : userId;
}

export type Asking = {
  circles: readonly Circle[];
  userId: string;
  capacities: readonly Capacity[];
  /** Whoever started or edited the plan. */
  authors: readonly string[];
  /** Those who have approved already and still stand, each with the authority that it used. */
  given: readonly { userId: string; authority: string }[];
};

type Choice =
  { ok: true; capacity: Capacity } | { ok: false; why: "not_eligible" | "author" | "used"; sentence: string };

/**
 * The capacity in which somebody may decide, their own role before a duty before a loan. Whoever wrote the plan
 * neither decides with a loan nor lends for it, and an authority that has spoken does not speak twice.
 */
export function chooseCapacity(asking: Asking): Choice {
  const { circles, userId, capacities, authors, given } = asking;
  if (given.some((one) => one.userId === userId)) return no("used", "You have already decided on this plan.");
  const accepted = capacities
    .filter((one) => isAccepted(circles, one))
    .toSorted((a, b) => viaKinds.indexOf(a.kind) - viaKinds.indexOf(b.kind));
  if (accepted.length === 0)
    return no("not_eligible", `This playbook wants ${circleWords(circles)} to decide.`);
  const mayUse = accepted.filter(
    (one) => one.kind !== "delegation" || ![userId, one.lender.id].some((id) => authors.includes(id)),
  );
  if (mayUse.length === 0) {
    return no(
      "author",
      authors.includes(userId)
        ? "You started or edited this plan, so you cannot decide on it with a role that was lent to you."
        : `${lenderNames(accepted)} started or edited this plan, so nobody decides on it in their stead.`,
    );
  }
  const free = mayUse.find((one) => !given.some((other) => other.authority === authorityOf(userId, one)));
  if (free) return { ok: true, capacity: free };
  return no(
    "used",
    mayUse.some((one) => one.kind !== "delegation")
      ? "Somebody has approved this plan in your stead, and one authority counts once."
      : `${lenderNames(mayUse)} has approved this plan already, and one authority counts once.`,
  );
}

/** `release manager or admin`, `admin or whoever is on call`: who a rule takes, in words. */
export function circleWords(circles: readonly Circle[]): string {
  const words = circles.map(({ roles, onCall }) => {
    const named = roles.map((role) => roleTitle[role].toLowerCase());
    return [...named, ...(onCall ? ["whoever is on call"] : [])].join(" or ");
  });
  return [...new Set(words)].join(", and also ") || "nobody";
}

function lenderNames(capacities: readonly Capacity[]): string {
  return capacities.flatMap((one) => (one.kind === "delegation" ? [one.lender.name] : [])).join(" and ");
}

function no(why: Extract<Choice, { ok: false }>["why"], sentence: string): Choice {
  return { ok: false, why, sentence };
}
