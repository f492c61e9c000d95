"use client";

import { clsx } from "clsx";
import { CircleCheck, Info, OctagonAlert, X } from "lucide-react";
import { Toast as Radix } from "radix-ui";
import { createContext, use, useCallback, useState, type ReactNode } from "react";

export type ToastText = { tone: "ok" | "info" | "danger"; title: string; detail?: string };
type Shown = ToastText & { id: number };

const ToastContext = createContext<(toast: ToastText) => void>(() => undefined);

/** `const toast = useToast(); toast({ tone: "ok", title: "Submitted" })`. What failed stays until it is closed. */
export function useToast(): (toast: ToastText) => void {
  return use(ToastContext);
}

const toastLook = {
  ok: { icon: CircleCheck, line: "border-state-ok-line", text: "text-state-ok-text" },
  info: { icon: Info, line: "border-state-info-line", text: "text-state-info-text" },
  danger: { icon: OctagonAlert, line: "border-state-danger-line", text: "text-state-danger-text" },
};

/** Short answers to what was just done, announced politely, where nothing is pressed: above the action bar, and on a phone below the context bar. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<readonly Shown[]>([]);
  const show = useCallback((toast: ToastText) => {
    setShown((before) => [...before.slice(-2), { ...toast, id: (before.at(-1)?.id ?? 0) + 1 }]);
  }, []);
  return (
    <ToastContext value={show}>
      <Radix.Provider label="Message" duration={6000} swipeDirection="right">
        {children}
        {shown.map((toast) => {
          const { icon: Icon, line, text } = toastLook[toast.tone];
          return (
            <Radix.Root
              key={toast.id}
              type={toast.tone === "danger" ? "foreground" : "background"}
              {...(toast.tone === "danger" ? { duration: Infinity } : {})}
              onOpenChange={(open) => {
                if (!open) setShown((before) => before.filter((each) => each.id !== toast.id));
              }}
              className={clsx(
                "flex animate-rise items-start gap-3 rounded-1 border-l-4 bg-surface-raised py-2 pr-1 pl-3 shadow-raised",
                line,
              )}
            >
              <Icon aria-hidden className={clsx("mt-0.5 size-4 shrink-0", text)} />
              <div className="min-w-0 grow">
                <Radix.Title className="font-strong">{toast.title}</Radix.Title>
                {toast.detail !== undefined && (
                  <Radix.Description className="text-secondary">{toast.detail}</Radix.Description>
                )}
              </div>
              <Radix.Close
                aria-label="Close message"
                className="grid size-7 shrink-0 place-items-center rounded-1 text-faint hover:bg-surface-hover pointer-coarse:size-11"
              >
                <X aria-hidden className="size-4" />
              </Radix.Close>
            </Radix.Root>
          );
        })}
        <Radix.Viewport
          data-chrome
          className="fixed left-1/2 max-md:top-24 z-50 grid w-[min(26rem,calc(100vw-2rem))] -translate-x-1/2 gap-2 outline-none md:bottom-16"
        />
      </Radix.Provider>
    </ToastContext>
  );
}
