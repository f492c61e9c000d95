"use client";

import { Button } from "#components/ui/button.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";

/** Shown where not even the frame of the console could be made. */
export default function Broken({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <main className="mx-auto grid min-h-dvh max-w-2xl content-center gap-6 p-4">
      <h1 className="text-20">Lastgood</h1>
      <ErrorState
        happened="Nothing can be shown right now."
        untouched="Everything. Looking changes nothing, and a rollback that runs goes on by itself."
        next="Try again. If it stays broken, ask an admin whether the database runs, and give them the reference."
        {...(error.digest === undefined ? {} : { reference: error.digest })}
        action={<Button onClick={reset}>Try again</Button>}
      />
    </main>
  );
}
