import { z } from "zod";

/** From least to most; each role may do all that the ones before it may. */
export const roles = ["viewer", "operator", "release_manager", "admin"] as const;
export const Role = z.enum(roles);
export type Role = z.infer<typeof Role>;

export const roleTitle: Record<Role, string> = {
  viewer: "Viewer",
  operator: "Operator",
  release_manager: "Release manager",
  admin: "Admin",
};

/** Whether `held` includes everything `needed` may do. */
export function covers(held: Role, needed: Role): boolean {
  return roles.indexOf(held) >= roles.indexOf(needed);
}

/** A role, everywhere (`system: "*"`) or within one system, optionally until a time. */
export type Grant = { role: Role; system: string; expiresAt: Date | null };

/** The highest role that these grants give at `now` within `system`; null system asks for grants that hold everywhere. */
export function roleWithin(grants: readonly Grant[], system: string | null, now: Date): Role | null {
  let best: Role | null = null;
  for (const grant of grants) {
    if (grant.expiresAt && grant.expiresAt <= now) continue;
    if (grant.system !== "*" && grant.system !== system) continue;
    if (best === null || covers(grant.role, best)) best = grant.role;
  }
  return best;
}

/** The lower of two roles: a token never carries more than its owner holds. */
export function lowerRole(a: Role, b: Role): Role {
  return covers(a, b) ? b : a;
}
