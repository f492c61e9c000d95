import type { IncomingMessage } from "node:http";
import type { Server, Socket } from "socket.io";
import { z } from "zod";
import type { UserActor } from "#lib/domain/actor.ts";
import type { StreamEvent } from "#lib/domain/event.ts";
import type { StreamKind } from "#lib/queries/event/readable-stream.ts";
import { isStorable } from "#lib/web/body.ts";
import type { Watcher } from "#lib/web/live-room.ts";
import type { Problem } from "#lib/web/problem.ts";

const Id = z.string().min(1).max(64).refine(isStorable);
const After = z.number().int().min(0).max(2_000_000_000).default(0);

export const Handshake = z.object({ token: z.string().max(200).optional() });
export const Subscribe = z
  .strictObject({ rollback: Id.optional(), incident: Id.optional(), after: After })
  .transform(({ rollback, incident, after }, context) => {
    if (rollback !== undefined && incident === undefined)
      return { kind: "rollback" as const, id: rollback, after };
    if (incident !== undefined && rollback === undefined)
      return { kind: "incident" as const, id: incident, after };
    context.addIssue("Name one rollback or one incident.");
    return z.NEVER;
  });

export type Told = { ok: true; stream: string; lastSeq: number } | { ok: false; problem: Problem };

/** What is sent to a client: every event, and why its rights are gone. */
type ToClient = {
  event: (event: StreamEvent & { stream: string }) => void;
  revoked: (problem: Problem) => void;
};
type ToServer = {
  subscribe: (wish: unknown, reply: ((told: Told) => void) | undefined) => void;
  unsubscribe: (wish: unknown) => void;
};

/** Who is connected, and what they watch. */
type Guest = {
  actor: UserActor;
  headers: IncomingMessage["headers"];
  subscriptions: Map<string, { kind: StreamKind; id: string; watcher: Watcher }>;
  /** Events handed over since the connection last took all of them. */
  unsent: number;
};

type Data = { guest: Guest };
type Between = Record<string, never>;
export type LiveServer = Server<ToServer, ToClient, Between, Data>;
export type LiveSocket = Socket<ToServer, ToClient, Between, Data>;
