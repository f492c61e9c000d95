import type { Metadata } from "next";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { BrandMark } from "#components/shell/brand-mark.tsx";
import { LadderDrawing } from "#components/sign-in/ladder-drawing.tsx";
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
    <main className="grid min-h-dvh lg:grid-cols-[minmax(0,5fr)_minmax(0,6fr)]">
      <div className="hidden place-items-center border-r bg-surface-sunken lg:grid">
        <LadderDrawing className="h-[min(70dvh,40rem)]" />
      </div>
      <div className="mx-auto grid w-full max-w-sm content-center gap-8 p-5 lg:mx-[max(3rem,12%)]">
        <div className="grid gap-3">
          <BrandMark tone="ok" className="size-10 lg:hidden" />
          <h1 className="text-28">Sign in to Lastgood</h1>
          <p className="text-16 text-secondary">
            Back to the last version that worked, with everybody’s eyes on it.
          </p>
        </div>
        <SignInForm next={next} problem={signInProblem(error)} {...signInChoices()} />
      </div>
    </main>
  );
}
