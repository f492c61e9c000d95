"use client";

import { Popover as Radix } from "radix-ui";
import type { ReactNode } from "react";

/** Something more to read or set, beside what was pressed. `trigger` is one element that can be pressed. */
export function Popover({
  trigger,
  label,
  children,
  align,
}: {
  trigger: ReactNode;
  label: string;
  children: ReactNode;
  align?: "start" | "center" | "end";
}) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          aria-label={label}
          align={align ?? "start"}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 max-h-[70dvh] w-[min(22rem,calc(100vw-1rem))] animate-rise overflow-y-auto rounded-2 bg-surface-raised p-4 shadow-raised outline-none"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
