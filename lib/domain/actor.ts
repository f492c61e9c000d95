import type { Role } from "#lib/domain/role.ts";

/** Who acts. A user's authority is read from the database by each command; what stands here is identity alone. */
export type UserActor = {
  kind: "user";
  id: string;
  email: string;
  name: string;
  /** How they came: a browser session, an API token (which may cap the role and the system) or the command line. */
  via:
    | { kind: "session"; sessionId: string; reauthenticatedAt: Date | null }
    | { kind: "token"; tokenId: string; role: Role; system: string }
    | { kind: "cli" };
};

/** A process of Lastgood itself: the worker running a rollback, the local command line (run by whom), a signed webhook. */
export type SystemActor = {
  kind: "system";
  id: "worker" | "web" | "cli" | "webhook" | "setup";
  ranBy?: string;
};

export type Actor = UserActor | SystemActor;

/** The form in which an actor stands in events and in the API. */
export type ActorRef = { kind: "user" | "system"; id: string; name: string; email?: string };

export function actorRef(actor: Actor): ActorRef {
  return actor.kind === "user"
    ? { kind: "user", id: actor.id, name: actor.name, email: actor.email }
    : {
        kind: "system",
        id: actor.id,
        name: actor.ranBy ? `Lastgood ${actor.id}, run by ${actor.ranBy}` : `Lastgood ${actor.id}`,
      };
}
