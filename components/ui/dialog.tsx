"use client";

import { clsx } from "clsx";
import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode, RefObject } from "react";

type DialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  children?: ReactNode;
  /** Buttons, the primary one last. On a phone they stand below each other, the primary one on top. */
  footer?: ReactNode;
  /** What takes the focus when it opens; else the first thing that can. */
  focus?: RefObject<HTMLElement | null>;
  size?: "normal" | "wide";
  /** `danger` draws the line of danger along the top. */
  tone?: "plain" | "danger";
};

/** A question that must be answered before anything else. On a phone it rises from the lower edge. */
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  children,
  footer,
  focus,
  size = "normal",
  tone = "plain",
}: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-appear bg-surface-scrim" />
        <Radix.Content
          {...(description ? {} : { "aria-describedby": undefined })}
          onOpenAutoFocus={(event) => {
            if (!focus?.current) return;
            event.preventDefault();
            focus.current.focus();
          }}
          className={clsx(
            "fixed z-50 flex max-h-[88dvh] animate-rise flex-col bg-surface-raised shadow-raised outline-none",
            "inset-x-0 bottom-0 rounded-t-2 sm:inset-x-auto sm:top-[12dvh] sm:bottom-auto sm:left-1/2 sm:-translate-x-1/2 sm:rounded-2",
            size === "wide" ? "sm:w-[min(48rem,92vw)]" : "sm:w-[min(32rem,92vw)]",
            tone === "danger" && "border-t-4 border-state-danger-line",
          )}
        >
          <div className="flex items-start gap-3 px-5 pt-4">
            <Radix.Title className="min-w-0 grow text-20 font-strong break-words">{title}</Radix.Title>
            <Radix.Close
              aria-label="Close"
              className="-mt-1 -mr-2 grid size-control shrink-0 place-items-center rounded-1 text-secondary hover:bg-surface-hover"
            >
              <X aria-hidden className="size-4" />
            </Radix.Close>
          </div>
          {description && (
            <Radix.Description className="px-5 pt-1 text-16 text-secondary">{description}</Radix.Description>
          )}
          <div className="min-h-0 grow overflow-y-auto px-5 py-4">{children}</div>
          {footer && (
            <div className="flex flex-col-reverse gap-2 border-t px-5 py-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:flex-row sm:justify-end">
              {footer}
            </div>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
