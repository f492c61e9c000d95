/** What a colour may say. `neutral` says nothing about the world: a draft, a thing over and done with. */
export type Tone = "ok" | "warn" | "danger" | "info" | "paused" | "unknown" | "neutral";

/** Whole class names, so that Tailwind finds them. */
export type ToneLook = {
  /** Behind small things: badges. */
  ground: string;
  /** Behind whole rows: half as strong. */
  wash: string;
  /** Edge of a badge. */
  edge: string;
  /** Line that carries the state. */
  line: string;
  text: string;
  /** Solid, as text or drawing. */
  solid: string;
  /** Solid, as a bar. */
  fill: string;
};

export const toneLook: Record<Tone, ToneLook> = {
  ok: {
    ground: "bg-state-ok-ground",
    wash: "bg-state-ok-ground/60",
    edge: "border-state-ok-line/45",
    line: "border-state-ok-line",
    text: "text-state-ok-text",
    solid: "text-state-ok-line",
    fill: "bg-state-ok-line",
  },
  warn: {
    ground: "bg-state-warn-ground",
    wash: "bg-state-warn-ground/60",
    edge: "border-state-warn-line/45",
    line: "border-state-warn-line",
    text: "text-state-warn-text",
    solid: "text-state-warn-line",
    fill: "bg-state-warn-line",
  },
  danger: {
    ground: "bg-state-danger-ground",
    wash: "bg-state-danger-ground/60",
    edge: "border-state-danger-line/45",
    line: "border-state-danger-line",
    text: "text-state-danger-text",
    solid: "text-state-danger-line",
    fill: "bg-state-danger-line",
  },
  info: {
    ground: "bg-state-info-ground",
    wash: "bg-state-info-ground/60",
    edge: "border-state-info-line/45",
    line: "border-state-info-line",
    text: "text-state-info-text",
    solid: "text-state-info-line",
    fill: "bg-state-info-line",
  },
  paused: {
    ground: "bg-state-paused-ground",
    wash: "bg-state-paused-ground/60",
    edge: "border-state-paused-line/45",
    line: "border-state-paused-line",
    text: "text-state-paused-text",
    solid: "text-state-paused-line",
    fill: "bg-state-paused-line",
  },
  unknown: {
    ground: "bg-state-unknown-ground hatched",
    wash: "hatched",
    edge: "border-state-unknown-line",
    line: "border-state-unknown-line",
    text: "text-state-unknown-text",
    solid: "text-state-unknown-line",
    fill: "bg-state-unknown-ground hatched-solid",
  },
  neutral: {
    ground: "bg-transparent",
    wash: "bg-transparent",
    edge: "border-line-soft",
    line: "border-line-strong",
    text: "text-secondary",
    solid: "text-primary",
    fill: "bg-line-strong",
  },
};
