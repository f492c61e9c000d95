"use client";

import { ChevronDown, CircleUser } from "lucide-react";
import { Popover } from "#components/ui/popover.tsx";
import { OnCallMark } from "#components/shell/on-call-mark.tsx";
import { useShell } from "#components/shell/shell-context.tsx";
import { SignOutButton } from "#components/shell/sign-out-button.tsx";
import { ThemeChoice } from "#components/shell/theme-choice.tsx";

/** Who I am, in which role; colours; the way out. */
export function UserMenu() {
  const { user } = useShell();
  const duty = user.onCallUntil ?? null;
  return (
    <Popover
      label="You"
      align="end"
      trigger={
        <button
          type="button"
          className="flex min-h-control items-center gap-2 rounded-1 px-2 text-left hover:bg-surface-hover"
        >
          <span className="hidden leading-4 lg:grid">
            <span className="max-w-40 truncate font-medium">{user.name}</span>
            <span className="max-w-44 truncate text-12 text-faint">
              {duty === null ? user.role : <OnCallMark until={duty} />}
            </span>
          </span>
          <CircleUser aria-hidden className="size-5 text-secondary lg:hidden" />
          <span className="sr-only lg:hidden">{user.name}</span>
          <ChevronDown aria-hidden className="size-4 text-faint" />
        </button>
      }
    >
      <div className="grid gap-4">
        <div>
          <p className="text-16 font-strong">{user.name}</p>
          <p className="text-secondary">{user.role}</p>
          <p>
            <OnCallMark until={duty} />
          </p>
          {user.email !== undefined && <p className="text-faint">{user.email}</p>}
        </div>
        <div className="grid gap-1">
          <p className="text-12 text-faint">Colours</p>
          <ThemeChoice />
        </div>
        <div className="border-t pt-3">
          <SignOutButton />
        </div>
      </div>
    </Popover>
  );
}
