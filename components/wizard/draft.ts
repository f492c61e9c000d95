import { z } from "zod";

/** Where drafts are kept: this tab's storage, or memory alone where a browser forbids it. */
export type DraftStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export type Drafts = {
  read: (name: string) => string | null;
  write: (name: string, text: string | null) => void;
  subscribe: (listener: () => void) => () => void;
};

const prefix = "lastgood:draft:";

/**
 * What people have typed and not yet sent. It survives a reload, a lost session and a step back; where the storage
 * refuses (private windows, no room left) it lives as long as the page. `open` may throw, as `sessionStorage` can.
 */
export function createDrafts(open: () => DraftStorage): Drafts {
  const inMemory = new Map<string, string | null>();
  const listeners = new Set<() => void>();
  return {
    read: (name) => {
      const kept = inMemory.get(name);
      return kept === undefined ? attempt(() => open().getItem(prefix + name)) : kept;
    },
    write: (name, text) => {
      inMemory.set(name, text);
      attempt(() => (text === null ? open().removeItem(prefix + name) : open().setItem(prefix + name, text)));
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** A kept draft; null where there is none, or one of another shape from before an upgrade. */
export function parseDraft<T>(schema: z.ZodType<T>, text: string | null): T | null {
  if (text === null) return null;
  const value = attempt((): unknown => JSON.parse(text));
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : null;
}

function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    // Storage that is forbidden or full, or text that something else wrote: the page goes on without it.
    return null;
  }
}
