import type { Role } from "#lib/domain/role.ts";

/**
 * Who may do what. `role` is the least role; `protectedRole` the least in a protected environment, where it differs.
 * `scope`: "service" reads grants within the service's system, "global" wants a grant that holds everywhere,
 * "self" is for anyone signed in about themselves, "process" for Lastgood's own processes alone.
 * Quorum, four eyes and emergency rules come on top, in the command, from the playbook.
 */
export type AuthorityRow = {
  role: Role;
  protectedRole?: Role;
  scope: "service" | "global" | "self" | "process";
  /**
   * The role is the least that may be asked, and the command decides further: by the playbook's rule, or by whether
   * one is a party to the thing or an admin.
   */
  decidedBy?: "playbook" | "parties";
};

export const authority = {
  "user.add": { role: "admin", scope: "global" },
  "user.change": { role: "admin", scope: "global" },
  "user.sign-in": { role: "viewer", scope: "process" },
  "user.sign-out": { role: "viewer", scope: "self" },
  "user.reauthenticate": { role: "viewer", scope: "self" },
  "user.change-password": { role: "viewer", scope: "self" },
  "session.revoke": { role: "admin", scope: "global" },
  "role.grant": { role: "admin", scope: "global" },
  "role.revoke": { role: "admin", scope: "global" },
  "token.create": { role: "viewer", scope: "self" },
  "token.revoke": { role: "viewer", scope: "self" },
  "on-call.assign": { role: "release_manager", scope: "service" },
  "on-call.revoke": { role: "release_manager", scope: "service" },
  "delegation.lend": { role: "operator", scope: "service" },
  "delegation.revoke": { role: "viewer", scope: "service", decidedBy: "parties" },
  "service.register": { role: "admin", scope: "global" },
  "service.change": { role: "admin", scope: "service" },
  "service.inspect": { role: "operator", scope: "service" },
  "target.inspect": { role: "admin", scope: "global" },
  "target.record-inspection": { role: "viewer", scope: "process" },
  "deployment.report": { role: "operator", scope: "service" },
  "deployment.judge": { role: "release_manager", scope: "service" },
  "pin.create": { role: "release_manager", scope: "service" },
  "pin.release": { role: "release_manager", scope: "service" },
  "playbook.add": { role: "admin", scope: "global" },
  "playbook.retire": { role: "admin", scope: "global" },
  "signal.report": { role: "operator", scope: "service" },
  "signal.fire-trigger": { role: "viewer", scope: "process" },
  "signal.clear-trigger": { role: "viewer", scope: "process" },
  "incident.declare": { role: "operator", scope: "service" },
  "incident.change": { role: "operator", scope: "service" },
  "incident.decide": { role: "operator", scope: "service" },
  "incident.note": { role: "operator", scope: "service" },
  "incident.update": { role: "operator", scope: "service" },
  "rollback.request": { role: "operator", scope: "service" },
  "rollback.prepare": { role: "viewer", scope: "process" },
  "rollback.edit": { role: "operator", scope: "service" },
  "rollback.check": { role: "operator", scope: "service" },
  "rollback.recheck": { role: "operator", scope: "service" },
  "rollback.record-checks": { role: "viewer", scope: "process" },
  "rollback.declare-emergency": { role: "operator", scope: "service", decidedBy: "playbook" },
  "rollback.submit": { role: "operator", scope: "service" },
  "rollback.approve": { role: "operator", scope: "service", decidedBy: "playbook" },
  "rollback.ask-approvers": { role: "viewer", scope: "process" },
  "rollback.execute": { role: "operator", scope: "service" },
  "rollback.pause": { role: "operator", scope: "service" },
  "rollback.resume": { role: "operator", scope: "service" },
  "rollback.abort": { role: "operator", scope: "service" },
  "rollback.act-on-step": { role: "operator", scope: "service" },
  "duty.ask": { role: "operator", scope: "service" },
  "duty.offer": { role: "operator", scope: "service" },
  "duty.answer": { role: "operator", scope: "service" },
  "duty.withdraw": { role: "operator", scope: "service" },
  "duty.settle": { role: "viewer", scope: "process" },
  "rollback.expire": { role: "viewer", scope: "process" },
  "rollback.begin": { role: "viewer", scope: "process" },
  "rollback.take-over": { role: "viewer", scope: "process" },
  "rollback.move": { role: "viewer", scope: "process" },
  "rollback.finish": { role: "viewer", scope: "process" },
  "step.record": { role: "viewer", scope: "process" },
  "review.complete": { role: "operator", scope: "service" },
  "review.escalate": { role: "viewer", scope: "process" },
  "secret.set": { role: "admin", scope: "global" },
  "secret.remove": { role: "admin", scope: "global" },
  "secret.publish-key": { role: "viewer", scope: "process" },
  "secret.rotate": { role: "viewer", scope: "process" },
  "audit.export": { role: "admin", scope: "global" },
} as const satisfies Record<string, AuthorityRow>;

export type CommandName = keyof typeof authority;

/** Who may read what: queries check these rows the same way, for the same reason. */
export const readAuthority = {
  "service.read": { role: "viewer", scope: "service" },
  "incident.read": { role: "viewer", scope: "service" },
  "rollback.read": { role: "viewer", scope: "service" },
  "playbook.read": { role: "viewer", scope: "self" },
  "on-call.read": { role: "viewer", scope: "service" },
  "delegation.read": { role: "viewer", scope: "service" },
  "adapter.read": { role: "viewer", scope: "self" },
  "audit.read": { role: "operator", scope: "global" },
  "user.read": { role: "admin", scope: "global" },
  "token.read": { role: "viewer", scope: "self" },
  "secret.read": { role: "admin", scope: "global" },
} as const satisfies Record<string, AuthorityRow>;
export type ReadName = keyof typeof readAuthority;
