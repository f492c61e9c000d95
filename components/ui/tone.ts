/** What a colour may say. `neutral` says nothing about the world: a draft, a thing over and done with. */
export const tones = ["ok", "warn", "danger", "info", "paused", "unknown", "neutral"] as const;
export type Tone = (typeof tones)[number];

/** Class lists per tone. Whole strings, so that Tailwind finds them. */
export const toneLook: Record<Tone, { ground: string; line: string; text: string; fill: string }> = {
  ok: {
    ground: "bg-state-ok-ground",
    line: "border-state-ok-line",
    text: "text-state-ok-text",
    fill: "bg-state-ok-line",
  },
  warn: {
    ground: "bg-state-warn-ground",
    line: "border-state-warn-line",
    text: "text-state-warn-text",
    fill: "bg-state-warn-line",
  },
  danger: {
    ground: "bg-state-danger-ground",
    line: "border-state-danger-line",
    text: "text-state-danger-text",
    fill: "bg-state-danger-line",
  },
  info: {
    ground: "bg-state-info-ground",
    line: "border-state-info-line",
    text: "text-state-info-text",
    fill: "bg-state-info-line",
  },
  paused: {
    ground: "bg-state-paused-ground",
    line: "border-state-paused-line",
    text: "text-state-paused-text",
    fill: "bg-state-paused-line",
  },
  unknown: {
    ground: "bg-state-unknown-ground hatched",
    line: "border-state-unknown-line",
    text: "text-state-unknown-text",
    fill: "bg-state-unknown-ground hatched-solid",
  },
  neutral: {
    ground: "bg-transparent",
    line: "border-line-strong",
    text: "text-secondary",
    fill: "bg-line-strong",
  },
};
