import { headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import type { UserActor } from "#lib/domain/actor.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { isUnreachable } from "#lib/platform/db/transact.ts";
import { pathHeader } from "#lib/web/path-header.ts";
import { told, type Problem } from "#lib/web/problem.ts";
import { readActor } from "#lib/web/session.ts";

export type PageRead<T> = { ok: true; data: T; actor: UserActor } | { ok: false; problem: Problem };

/** Who reads this page, asked once per request. Nobody: off to the sign-in, and back here afterwards. */
export const pageActor = cache(async (): Promise<UserActor> => {
  const sent = await headers();
  const actor = await readActor(sent);
  if (actor) return actor;
  const path = (sent.get(pathHeader) ?? "/").replace(/[?&]_rsc=[^&]*$/, "");
  redirect(path === "/" ? "/sign-in" : `/sign-in?callbackUrl=${encodeURIComponent(path)}`);
});

/**
 * What a page shows, read as the person who asks for it. What they may not read, and a database that is away, come back
 * as a problem for the page to tell; what is not there becomes the "not found" page.
 */
export async function readPage<T>(read: (actor: UserActor) => Promise<T>): Promise<PageRead<T>> {
  const actor = await pageActor();
  try {
    return { ok: true, data: await read(actor), actor };
  } catch (error) {
    if (isUnreachable(error)) {
      return {
        ok: false,
        problem: told(new Refusal("AUDIT_UNAVAILABLE", "The database cannot be reached.")),
      };
    }
    if (!(error instanceof Refusal)) throw error;
    if (error.code === "NOT_FOUND") notFound();
    if (error.code === "UNAUTHENTICATED") redirect("/sign-in");
    return { ok: false, problem: told(error) };
  }
}
