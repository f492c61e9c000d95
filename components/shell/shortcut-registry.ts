import type { ShellAction } from "#components/shell/shell-action.ts";

export type Registry = ReturnType<typeof createRegistry>;

/** Actions of the components that are mounted now, the latest first. */
export function createRegistry() {
  const owners = new Map<string, readonly ShellAction[]>();
  const listeners = new Set<() => void>();
  let flat: readonly ShellAction[] = [];
  const none: readonly ShellAction[] = [];
  const changed = () => {
    flat = [...owners.values()].toReversed().flat();
    for (const listener of listeners) listener();
  };
  return {
    add: (owner: string, actions: readonly ShellAction[]) => {
      owners.set(owner, actions);
      changed();
      return () => {
        owners.delete(owner);
        changed();
      };
    },
    all: () => flat,
    none: () => none,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
