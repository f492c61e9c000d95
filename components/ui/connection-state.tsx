"use client";

import { clsx } from "clsx";
import { CloudOff, Radio, RefreshCw, Timer, type LucideIcon } from "lucide-react";
import type { Tone } from "#components/ui/tone.ts";
import { toneLook } from "#components/ui/tone.ts";
import { Tooltip } from "#components/ui/tooltip.tsx";
import { RelativeWords } from "#components/ui/relative-words.tsx";

export type Connection = "live" | "reconnecting" | "polling" | "offline";

const connectionWord: Record<Connection, { tone: Tone; icon: LucideIcon; word: string; means: string }> = {
  live: { tone: "neutral", icon: Radio, word: "Live", means: "Changes appear here as they happen." },
  reconnecting: {
    tone: "warn",
    icon: RefreshCw,
    word: "Reconnecting",
    means: "What you see may be behind. Nothing is lost: it is fetched on return.",
  },
  polling: {
    tone: "info",
    icon: Timer,
    word: "Every few seconds",
    means: "The live line is blocked; this page asks again every few seconds instead.",
  },
  offline: {
    tone: "unknown",
    icon: CloudOff,
    word: "Offline",
    means: "What you see is old. A rollback that runs goes on without this page.",
  },
};

/** Whether what is on screen is live, and since when it is not. Always visible. */
export function ConnectionState({ state, since }: { state: Connection; since?: string | number | null }) {
  const { tone, icon: Icon, word, means } = connectionWord[state];
  const look = toneLook[tone];
  return (
    <Tooltip side="bottom" text={means}>
      <span
        tabIndex={0}
        role="status"
        data-connection={state}
        className={clsx(
          "inline-flex items-center gap-1.5 rounded-1 border px-1.5 py-px text-12 font-medium whitespace-nowrap",
          look.text,
          look.ground,
          state === "live" ? "border-line-soft" : look.line,
        )}
      >
        <Icon aria-hidden className="size-3.5" />
        {word}
        {state !== "live" && since !== null && since !== undefined && (
          <span className="font-regular max-sm:sr-only">
            as of <RelativeWords at={since} />
          </span>
        )}
      </span>
    </Tooltip>
  );
}
