"use client";

import { useCallback, useState, useSyncExternalStore } from "react";

/** Text that a reload, an error or a lost session does not take away; kept in this tab under `name` until `forget`. */
export function useKept(name: string, first = ""): [string, (text: string) => void, () => void] {
  const [typed, setTyped] = useState<string | null>(null);
  const kept = useSyncExternalStore(never, () => read(name), nothing);
  const set = useCallback(
    (text: string) => {
      setTyped(text);
      write(name, text);
    },
    [name],
  );
  const forget = useCallback(() => {
    setTyped("");
    write(name, "");
  }, [name]);
  return [typed ?? kept ?? first, set, forget];
}

const storageName = (name: string) => `lastgood:${name}`;
const never = () => () => undefined;
const nothing = () => null;

function read(name: string): string | null {
  try {
    return sessionStorage.getItem(storageName(name));
  } catch {
    // A browser that forbids storage still lets people type.
    return null;
  }
}

/** Whether it was kept; where not, it stays in the field and is lost only with the page. */
function write(name: string, text: string): boolean {
  try {
    if (text === "") sessionStorage.removeItem(storageName(name));
    else sessionStorage.setItem(storageName(name), text);
    return true;
  } catch {
    return false;
  }
}
