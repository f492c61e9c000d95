"use client";

import { createContext, use, useState, useSyncExternalStore, type ReactNode } from "react";

type Ticker = { renderedAt: number | null; offset: number };
const ClockContext = createContext<Ticker>({ renderedAt: null, offset: 0 });

const listeners = new Set<() => void>();
let current = Date.now();
let timer: ReturnType<typeof setInterval> | null = null;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  current = Date.now();
  timer ??= setInterval(() => {
    current = Date.now();
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && timer !== null) {
      clearInterval(timer);
      timer = null;
    }
  };
}

/**
 * Gives every clock below it the server's time. `now` is the server's clock in milliseconds when the page was made;
 * a browser whose clock is more than three seconds off is corrected, because a deadline belongs to the server.
 */
export function ClockProvider({ now, children }: { now: number; children: ReactNode }) {
  const [ticker] = useState<Ticker>(() => {
    const drift = now - Date.now();
    return { renderedAt: now, offset: Math.abs(drift) > 3000 && typeof window !== "undefined" ? drift : 0 };
  });
  return <ClockContext value={ticker}>{children}</ClockContext>;
}

/** Milliseconds since the epoch, once a second; null only on the server and without a ClockProvider. */
export function useNow(): number | null {
  const { renderedAt, offset } = use(ClockContext);
  const local = useSyncExternalStore<number | null>(
    subscribe,
    () => current,
    () => null,
  );
  return local === null ? renderedAt : local + offset;
}

/** False on the server and in the first render of a page, so that local time never breaks hydration. */
export function useInBrowser(): boolean {
  return useSyncExternalStore(
    () => () => undefined,
    () => true,
    () => false,
  );
}
