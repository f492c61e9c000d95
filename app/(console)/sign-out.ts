"use server";

import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { signOut } from "#lib/commands/user/sign-out.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { readSessionSecret, sessionCookie } from "#lib/web/session-cookie.ts";

/** Ends the session on the server, then in the browser. One that has ended already is no trouble. */
export async function signOutHere(): Promise<void> {
  const secret = await readSessionSecret(await headers());
  try {
    if (secret !== null) await signOut(secret);
  } catch (error) {
    if (!(error instanceof Refusal && error.code === "NOT_FOUND")) throw error;
  }
  const { name, options } = sessionCookie();
  (await cookies()).set(name, "", { ...options, maxAge: 0 });
  redirect("/sign-in");
}
