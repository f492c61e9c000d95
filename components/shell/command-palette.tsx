"use client";

import { clsx } from "clsx";
import { Search } from "lucide-react";
import { Dialog } from "radix-ui";
import { useId, useState } from "react";
import { KeyCap } from "#components/shell/key-cap.tsx";
import { findEntries } from "#components/shell/palette-match.ts";
import type { ShellAction } from "#components/shell/shell-action.ts";

type CommandPaletteProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  pageActions: readonly ShellAction[];
  places: readonly ShellAction[];
  onRun: (action: ShellAction) => void;
};

/** Everything that can be done or gone to from here, found by typing. */
export function CommandPalette({ open, onOpenChange, pageActions, places, onRun }: CommandPaletteProps) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-appear bg-surface-scrim" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed inset-x-2 top-2 z-50 animate-rise overflow-hidden rounded-2 bg-surface-raised shadow-raised outline-none sm:inset-x-auto sm:top-[14dvh] sm:left-1/2 sm:w-[min(36rem,92vw)] sm:-translate-x-1/2"
        >
          <Dialog.Title className="sr-only">Go to or do</Dialog.Title>
          <Finder pageActions={pageActions} places={places} onRun={onRun} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Finder({
  pageActions,
  places,
  onRun,
}: Pick<CommandPaletteProps, "pageActions" | "places" | "onRun">) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const id = useId();
  const groups = [
    { label: "Do", entries: findEntries(pageActions, text) },
    { label: "Go to", entries: findEntries(places, text) },
  ].filter((group) => group.entries.length > 0);
  const flat = groups.flatMap((group) => group.entries);
  const chosen = flat[Math.min(at, flat.length - 1)];
  return (
    <>
      <div className="flex items-center gap-3 border-b border-line-soft px-4">
        <Search aria-hidden className="size-4 shrink-0 text-faint" />
        <input
          role="combobox"
          aria-label="Go to or do"
          aria-expanded
          aria-controls={`${id}-list`}
          aria-activedescendant={chosen ? `${id}-${chosen.id}` : undefined}
          autoComplete="off"
          spellCheck={false}
          placeholder="A place, an action"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={(event) => {
            const move = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
            if (move !== 0 && flat.length > 0) {
              event.preventDefault();
              setAt((now) => (Math.min(now, flat.length - 1) + move + flat.length) % flat.length);
            }
            if (event.key === "Enter" && chosen && !event.nativeEvent.isComposing) {
              event.preventDefault();
              onRun(chosen);
            }
          }}
          className="h-12 w-full bg-transparent text-16 outline-none"
        />
      </div>
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label="Results"
        className="max-h-[50dvh] overflow-y-auto p-1"
      >
        {groups.map((group) => (
          <div key={group.label} role="group" aria-label={group.label}>
            <p aria-hidden className="px-3 pt-2 pb-1 text-12 text-faint">
              {group.label}
            </p>
            {group.entries.map((entry) => (
              <div
                key={entry.id}
                id={`${id}-${entry.id}`}
                role="option"
                aria-selected={entry === chosen}
                ref={entry === chosen ? scrollIntoView : null}
                onPointerMove={() => setAt(flat.indexOf(entry))}
                onClick={() => onRun(entry)}
                className={clsx(
                  "flex min-h-control cursor-pointer items-center gap-3 rounded-1 px-3",
                  entry === chosen && "bg-surface-hover",
                )}
              >
                <span className="grow truncate">
                  {entry.label}
                  {entry.hint !== undefined && <span className="pl-2 text-12 text-faint">{entry.hint}</span>}
                </span>
                {entry.keys !== undefined && <KeyCap keys={entry.keys} />}
              </div>
            ))}
          </div>
        ))}
      </div>
      <p role="status" className={flat.length === 0 ? "px-4 pb-4 text-secondary" : "sr-only"}>
        {flat.length === 0 ? "Nothing is called that." : `${flat.length} found`}
      </p>
    </>
  );
}

function scrollIntoView(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: "nearest" });
}
