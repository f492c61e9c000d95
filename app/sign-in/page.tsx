import type { Metadata } from "next";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { readActor } from "#lib/web/session.ts";
import { signInProblem } from "#lib/web/sign-in-problem.ts";
import { safeReturnPath, signInChoices } from "#lib/web/sign-in.ts";
import { SignInForm } from "./sign-in-form.tsx";

export const metadata: Metadata = { title: "Sign in" };
export const dynamic = "force-dynamic";

type Props = { searchParams: Promise<{ callbackUrl?: string | string[]; error?: string | string[] }> };

export default async function SignInPage({ searchParams }: Props) {
  const { callbackUrl, error } = await searchParams;
  const next = safeReturnPath(callbackUrl);
  if ((await readActor(await headers())) !== null) redirect(next);
  return (
    <main className="mx-auto grid min-h-dvh w-full max-w-sm content-center gap-6 p-4">
      <h1>Sign in to Lastgood</h1>
      <SignInForm next={next} problem={signInProblem(error)} {...signInChoices()} />
    </main>
  );
}
