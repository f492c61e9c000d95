import type { NextRequest } from "next/server";
import NextAuth from "next-auth";
import { signInWithIdentity } from "#lib/commands/user/sign-in-with-identity.ts";
import { signIn } from "#lib/commands/user/sign-in.ts";
import { signOut } from "#lib/commands/user/sign-out.ts";
import { authOptions } from "#lib/web/auth-options.ts";
import { guardAuthRequest } from "#lib/web/auth-options-guard.ts";

export const dynamic = "force-dynamic";

type Context = { params: Promise<{ nextauth: string[] }> };

async function handle(request: NextRequest, context: Context): Promise<Response> {
  const refused = await guardAuthRequest(request);
  if (refused !== null) return refused;
  const options = authOptions(request.headers, { signIn, signInWithIdentity, signOut });
  return (await NextAuth(request, context, options)) as Response;
}

export const GET = handle;
export const POST = handle;
