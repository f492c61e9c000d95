"use client";

import { LogOut } from "lucide-react";
import { useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { useShell } from "#components/shell/shell-context.tsx";

/** Ends the session; absent where the page gave no way to. */
export function SignOutButton() {
  const { signOut } = useShell();
  const [isLeaving, startLeaving] = useTransition();
  if (!signOut) return null;
  return (
    <Button
      icon={<LogOut aria-hidden />}
      busy={isLeaving && "Signing out"}
      onClick={() => startLeaving(async () => signOut())}
    >
      Sign out
    </Button>
  );
}
