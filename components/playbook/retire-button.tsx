"use client";

import Link from "next/link";
import { useState } from "react";
import type { Act, Problem } from "#components/action/answer.ts";
import { ReasonDialog } from "#components/action/reason-dialog.tsx";
import { useRefresh } from "#components/console/use-refresh.ts";
import { Button } from "#components/ui/button.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { useToast } from "#components/ui/toast.tsx";

/** Takes a playbook from what services can follow. What still uses it is named by the refusal. */
export function RetireButton({
  id,
  title,
  retire,
}: {
  id: string;
  title: string;
  retire: Act<{ id: string; reason?: string }>;
}) {
  const [isOpen, setIsOpen] = useState(false);
  const refresh = useRefresh();
  const toast = useToast();
  return (
    <div>
      <Button look="quiet" onClick={() => setIsOpen(true)}>
        Retire this playbook…
      </Button>
      {isOpen && (
        <ReasonDialog
          title={`Retire ${title}?`}
          verb="Retire"
          busy="Retiring"
          draft={`retire:${id}`}
          act={(reason, key) => retire({ id, reason }, key)}
          refusal={(problem) => (isInUse(problem) ? <InUse problem={problem} /> : null)}
          onClose={() => setIsOpen(false)}
          onDone={() => {
            setIsOpen(false);
            toast({ tone: "ok", title: "Retired", detail: "No service can follow it now." });
            refresh();
          }}
        >
          No service can follow it any more. Its versions stay for the records that name them, and a new
          version brings it back. It is refused while anything still goes by it.
        </ReasonDialog>
      )}
    </div>
  );
}

const holders = [
  { name: "services", path: "/services" },
  { name: "incidents", path: "/incidents" },
  { name: "rollbacks", path: "/rollbacks" },
] as const;

function isInUse(problem: Problem): boolean {
  return problem.code === "WRONG_STATE" && holders.some(({ name }) => namesIn(problem, name).length > 0);
}

/** What still goes by it, each a step away. */
function InUse({ problem }: { problem: Problem }) {
  const links = holders.flatMap(({ name, path }) =>
    namesIn(problem, name).map((one) => ({ name: one, href: `${path}/${one}` })),
  );
  return (
    <ErrorState
      happened={`It is still in use. ${problem.detail}`}
      untouched="Everything. The system refused before it changed anything."
      next={
        <ul className="flex flex-wrap gap-x-3">
          {links.map((link) => (
            <li key={link.href}>
              <Link
                href={link.href}
                className="link inline-flex min-h-6 items-center break-all pointer-coarse:min-h-11"
              >
                {link.name}
              </Link>
            </li>
          ))}
        </ul>
      }
      reference={problem.code}
    />
  );
}

function namesIn(problem: Problem, name: string): string[] {
  const told = problem[name];
  return Array.isArray(told) ? told.filter((one) => typeof one === "string") : [];
}
