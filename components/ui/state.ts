import {
  Activity,
  Ban,
  BookOpenCheck,
  Check,
  CheckCheck,
  CircleArrowDown,
  CircleCheck,
  CircleDashed,
  CircleHelp,
  CirclePause,
  CircleX,
  Construction,
  Eye,
  Hand,
  Hourglass,
  OctagonAlert,
  PencilLine,
  RotateCw,
  Scale,
  Search,
  ShieldCheck,
  Siren,
  SkipForward,
  TriangleAlert,
  Undo2,
  Wrench,
  type LucideIcon,
} from "lucide-react";
import type { Tone } from "#components/ui/tone.ts";

export type StateWord = { tone: Tone; icon: LucideIcon; word: string };

const unknown = (word: string): StateWord => ({ tone: "unknown", icon: CircleHelp, word });

/** The one vocabulary of states: every badge, row and heading takes its colour, icon and word from here. */
export const vocabulary = {
  incident: {
    detected: { tone: "danger", icon: Siren, word: "Detected" },
    acknowledged: { tone: "warn", icon: Hand, word: "Acknowledged" },
    deciding: { tone: "warn", icon: Scale, word: "Deciding" },
    rolling_back: { tone: "info", icon: Undo2, word: "Rolling back" },
    monitoring: { tone: "info", icon: Eye, word: "Monitoring" },
    resolved: { tone: "ok", icon: CircleCheck, word: "Resolved" },
    reviewed: { tone: "neutral", icon: BookOpenCheck, word: "Reviewed" },
  },
  rollback: {
    draft: { tone: "neutral", icon: PencilLine, word: "Draft" },
    awaiting_approval: { tone: "warn", icon: Hourglass, word: "Awaiting approval" },
    approved: { tone: "ok", icon: ShieldCheck, word: "Approved" },
    running: { tone: "info", icon: CircleArrowDown, word: "Running" },
    paused: { tone: "paused", icon: CirclePause, word: "Paused" },
    needs_manual: { tone: "danger", icon: Hand, word: "Needs a person" },
    verifying: { tone: "info", icon: Search, word: "Verifying" },
    monitoring: { tone: "info", icon: Eye, word: "Monitoring" },
    succeeded: { tone: "ok", icon: CircleCheck, word: "Succeeded" },
    failed: { tone: "danger", icon: CircleX, word: "Failed" },
    partial: { tone: "danger", icon: TriangleAlert, word: "Partly done" },
    rejected: { tone: "neutral", icon: Ban, word: "Rejected" },
    cancelled: { tone: "neutral", icon: Ban, word: "Cancelled" },
    expired: { tone: "neutral", icon: Hourglass, word: "Expired" },
  },
  step: {
    pending: { tone: "neutral", icon: CircleDashed, word: "Waiting" },
    running: { tone: "info", icon: CircleArrowDown, word: "Running" },
    waiting_retry: { tone: "warn", icon: RotateCw, word: "Will retry" },
    done: { tone: "ok", icon: Check, word: "Done" },
    already_done: { tone: "ok", icon: CheckCheck, word: "Was so already" },
    done_by_hand: { tone: "ok", icon: Hand, word: "Done by hand" },
    skipped: { tone: "neutral", icon: SkipForward, word: "Skipped" },
    failed: { tone: "danger", icon: CircleX, word: "Failed" },
    unknown: unknown("Outcome unknown"),
  },
  approval: {
    waiting: { tone: "warn", icon: Hourglass, word: "Waiting" },
    approved: { tone: "ok", icon: ShieldCheck, word: "Approved" },
    rejected: { tone: "danger", icon: Ban, word: "Rejected" },
    expired: { tone: "neutral", icon: Hourglass, word: "Expired" },
    void: { tone: "neutral", icon: Ban, word: "Void" },
    not_needed: { tone: "neutral", icon: CircleDashed, word: "Not needed" },
  },
  /** Public words for a component or a service on the status page and in health lists. */
  component: {
    operational: { tone: "ok", icon: CircleCheck, word: "Operational" },
    degraded: { tone: "warn", icon: TriangleAlert, word: "Degraded" },
    major_outage: { tone: "danger", icon: OctagonAlert, word: "Major outage" },
    maintenance: { tone: "paused", icon: Construction, word: "Maintenance" },
    unknown: unknown("Not known"),
  },
  update: {
    investigating: { tone: "danger", icon: Search, word: "Investigating" },
    identified: { tone: "warn", icon: TriangleAlert, word: "Identified" },
    rolling_back: { tone: "info", icon: Undo2, word: "Rolling back" },
    monitoring: { tone: "info", icon: Eye, word: "Monitoring" },
    resolved: { tone: "ok", icon: CircleCheck, word: "Resolved" },
  },
  check: {
    open: { tone: "neutral", icon: CircleDashed, word: "Open" },
    running: { tone: "info", icon: CircleArrowDown, word: "Checking" },
    done: { tone: "ok", icon: Check, word: "Done" },
    failed: { tone: "danger", icon: CircleX, word: "Failed" },
    overridden: { tone: "warn", icon: Hand, word: "Overridden" },
    unknown: unknown("Not known"),
  },
  trigger: {
    clear: { tone: "ok", icon: CircleCheck, word: "Clear" },
    over: { tone: "warn", icon: Activity, word: "Over the threshold" },
    fired: { tone: "danger", icon: Siren, word: "Fired" },
    unknown: unknown("No signal"),
  },
  verdict: {
    rollback: { tone: "danger", icon: Undo2, word: "Roll back" },
    evaluate: { tone: "warn", icon: Scale, word: "Evaluate" },
    monitor: { tone: "info", icon: Eye, word: "Monitor" },
    fix_forward: { tone: "info", icon: Wrench, word: "Fix forward" },
    hotfix: { tone: "warn", icon: Wrench, word: "Hotfix" },
  },
} as const satisfies Record<string, Record<string, StateWord>>;

export type StateKind = keyof typeof vocabulary;
export type StateOf<K extends StateKind> = Extract<keyof (typeof vocabulary)[K], string>;

/** Tone, icon and word of a state. A name that the vocabulary does not hold is shown as unknown, never as good. */
export function stateWord(kind: StateKind, state: string): StateWord {
  const words: Record<string, StateWord> = vocabulary[kind];
  return Object.hasOwn(words, state) ? (words[state] ?? unknown(state)) : unknown(state.replaceAll("_", " "));
}
