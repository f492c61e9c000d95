"use client";

import { useSyncExternalStore } from "react";
import { Dialog } from "#components/ui/dialog.tsx";
import { Switch } from "#components/ui/switch.tsx";
import { KeyCap } from "#components/shell/key-cap.tsx";
import type { ShellAction } from "#components/shell/shell-action.ts";
import { singleKeys } from "#components/shell/single-keys.ts";

type HelpOverlayProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  pageActions: readonly ShellAction[];
  places: readonly ShellAction[];
};

const always: readonly ShellAction[] = [
  { id: "palette", label: "Go to or do anything", keys: "mod+k", run: () => undefined },
  { id: "help", label: "This help", keys: "?", run: () => undefined },
  { id: "close", label: "Close what is open", keys: "escape", run: () => undefined },
];

/** The keys that work here and now. */
export function HelpOverlay({ open, onOpenChange, pageActions, places }: HelpOverlayProps) {
  const areOn = useSyncExternalStore(singleKeys.subscribe, singleKeys.areOn, () => true);
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Keys"
      size="wide"
      description="Two keys in a row are pressed one after the other."
    >
      <div className="grid gap-x-10 gap-y-5 sm:grid-cols-2">
        <div className="grid content-start gap-5">
          <KeyList title="Everywhere" entries={always} />
          {pageActions.some((action) => action.keys !== undefined) && (
            <KeyList title="On this page" entries={pageActions} />
          )}
        </div>
        <KeyList title="Places" entries={places} />
      </div>
      <div className="mt-5 border-t pt-3">
        <Switch
          label="Shortcuts without Ctrl or ⌘"
          hint="Turn them off where dictation or an assistive tool types letters by itself. The palette keeps working."
          checked={areOn}
          onCheckedChange={singleKeys.set}
        />
      </div>
    </Dialog>
  );
}

function KeyList({ title, entries }: { title: string; entries: readonly ShellAction[] }) {
  return (
    <section aria-label={title}>
      <h3 className="border-b border-line-soft pb-1 text-12 font-medium text-faint">{title}</h3>
      <dl>
        {entries.map((entry) =>
          entry.keys === undefined ? null : (
            <div
              key={entry.id}
              className="flex items-center justify-between gap-4 border-b border-line-faint py-1.5"
            >
              <dt>{entry.label}</dt>
              <dd>
                <KeyCap keys={entry.keys} />
              </dd>
            </div>
          ),
        )}
      </dl>
    </section>
  );
}
