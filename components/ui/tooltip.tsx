"use client";

import { Tooltip as Radix } from "radix-ui";
import type { ReactNode } from "react";

/** Extra words on hover and on focus. The child must be able to take the focus; nothing essential lives only here. */
export function Tooltip({
  text,
  side,
  children,
}: {
  text: ReactNode;
  side?: "top" | "right" | "bottom" | "left";
  children: ReactNode;
}) {
  return (
    <Radix.Provider delayDuration={250} skipDelayDuration={200}>
      <Radix.Root>
        <Radix.Trigger asChild>{children}</Radix.Trigger>
        <Radix.Portal>
          <Radix.Content
            side={side ?? "top"}
            sideOffset={6}
            collisionPadding={8}
            className="z-50 max-w-72 animate-appear rounded-1 bg-surface-inverse px-2 py-1 text-12 text-inverse"
          >
            {text}
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
    </Radix.Provider>
  );
}
