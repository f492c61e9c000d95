const storageKey = "lastgood-single-keys";
const listeners = new Set<() => void>();

/** Whether shortcuts of one letter are on: who dictates or has a heavy hand turns them off (WCAG 2.1.4). */
export const singleKeys = {
  areOn: (): boolean => localStorage.getItem(storageKey) !== "off",
  set: (isOn: boolean): void => {
    localStorage.setItem(storageKey, isOn ? "on" : "off");
    for (const listener of listeners) listener();
  },
  subscribe: (listener: () => void) => {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  },
};
