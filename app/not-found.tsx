import type { Metadata } from "next";
import { LinkButton } from "#components/ui/link-button.tsx";

export const metadata: Metadata = { title: "There is nothing here" };

/** Addresses that no route knows, outside of the console's frame: who asks may not be signed in. */
export default function NotFound() {
  return (
    <main className="mx-auto grid min-h-dvh w-full max-w-sm content-center gap-6 p-4">
      <h1>There is nothing here</h1>
      <p className="text-secondary">This address leads to nothing. It may have a slip of the pen in it.</p>
      <LinkButton look="primary" href="/">
        Go home
      </LinkButton>
    </main>
  );
}
