"use client";

import { useRouter } from "next/navigation";
import {
  createContext,
  use,
  useCallback,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
  type ReactNode,
} from "react";
import { CommandPalette } from "#components/shell/command-palette.tsx";
import { HelpOverlay } from "#components/shell/help-overlay.tsx";
import { createRegistry, type Registry } from "#components/shell/shortcut-registry.ts";
import { matchKeys, pairWindow, pressName } from "#components/shell/shortcut-match.ts";
import { singleKeys } from "#components/shell/single-keys.ts";
import type { ShellAction } from "#components/shell/shell-action.ts";

const ShortcutsContext = createContext<{ registry: Registry; openPalette: () => void } | null>(null);

/**
 * Makes actions of this page reachable by key and in the palette while the component is mounted. Keep the array stable
 * (useMemo), and give each a label that says its object: "Roll back checkout".
 */
export function useShortcuts(actions: readonly ShellAction[]): void {
  const context = use(ShortcutsContext);
  const owner = useId();
  useEffect(() => context?.registry.add(owner, actions), [context, owner, actions]);
}

/** Opens the palette, for the button that says so. */
export function useOpenPalette(): () => void {
  return use(ShortcutsContext)?.openPalette ?? noPalette;
}
function noPalette(): void {
  throw new Error("The palette lives in ShortcutsProvider.");
}

/** Ctrl/⌘-K, `?`, the keys of every action below it and of `places`. Single keys rest while somebody types. */
export function ShortcutsProvider({
  places,
  actions,
  children,
}: {
  places: readonly ShellAction[];
  actions: readonly ShellAction[];
  children: ReactNode;
}) {
  const router = useRouter();
  const [registry] = useState(createRegistry);
  const [open, setOpen] = useState<"palette" | "help" | null>(null);
  const pageActions = useSyncExternalStore(registry.subscribe, registry.all, registry.none);
  const entries = useMemo(() => [...pageActions, ...actions, ...places], [pageActions, actions, places]);
  const run = useCallback(
    (action: ShellAction) => {
      setOpen(null);
      if (action.href === undefined) action.run();
      else router.push(action.href);
    },
    [router],
  );
  const pending = useRef({ keys: "", at: 0 });

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const press = event.isComposing || event.defaultPrevented ? null : pressName(event);
      if (press === null) return;
      if (press === "mod+k") {
        event.preventDefault();
        setOpen((now) => (now === "palette" ? null : "palette"));
        return;
      }
      if (
        press.startsWith("mod+") ||
        !singleKeys.areOn() ||
        isTyping(event.target) ||
        document.querySelector("[role=dialog],[role=menu]")
      )
        return;
      if (press === "?") {
        setOpen("help");
        return;
      }
      const before = event.timeStamp - pending.current.at < pairWindow ? pending.current.keys : "";
      const { match, remember } = matchKeys(
        entries.flatMap((entry) => entry.keys ?? []),
        before,
        press,
      );
      pending.current = { keys: remember, at: event.timeStamp };
      const action = match === null ? undefined : entries.find((entry) => entry.keys === match);
      if (!action) return;
      event.preventDefault();
      run(action);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [entries, run]);

  const context = useMemo(() => ({ registry, openPalette: () => setOpen("palette") }), [registry]);
  const close = (isOpen: boolean) => {
    if (!isOpen) setOpen(null);
  };
  return (
    <ShortcutsContext value={context}>
      {children}
      <CommandPalette
        open={open === "palette"}
        onOpenChange={close}
        pageActions={[...pageActions, ...actions]}
        places={places}
        onRun={run}
      />
      <HelpOverlay
        open={open === "help"}
        onOpenChange={close}
        pageActions={[...pageActions, ...actions]}
        places={places}
      />
    </ShortcutsContext>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input:not([type=radio],[type=checkbox]),textarea,select"))
  );
}
