import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync(new URL("../../app/globals.css", import.meta.url), "utf8");
type Pair = { light: number; dark: number };

/** Relative luminance (WCAG 2) of an opaque oklch colour. */
function luminance(text: string): number {
  const parts = /oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)/.exec(text);
  if (!parts) throw new Error(`not an opaque oklch colour: ${text}`);
  const [l, c, h] = parts.slice(1).map(Number) as [number, number, number];
  const a = c * Math.cos((h * Math.PI) / 180);
  const b = c * Math.sin((h * Math.PI) / 180);
  const x = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const y = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const z = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clip = (value: number) => Math.min(1, Math.max(0, value));
  return (
    0.2126 * clip(4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z) +
    0.7152 * clip(-1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z) +
    0.0722 * clip(-0.0041960863 * x - 0.7034186147 * y + 1.707614701 * z)
  );
}

const tokens = new Map<string, Pair>();
for (const [, name, light, dark] of css.matchAll(
  /--([\w-]+): light-dark\((oklch\([\d. ]+\)), (oklch\([\d. ]+\))\);/g,
)) {
  if (name && light && dark) tokens.set(name, { light: luminance(light), dark: luminance(dark) });
}

function contrast(front: string, back: string, mode: keyof Pair): number {
  const [a, b] = [tokens.get(front)?.[mode], tokens.get(back)?.[mode]];
  if (a === undefined || b === undefined) throw new Error(`no token ${front} or ${back}`);
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

const surfaces = ["sunken", "ground", "panel", "raised", "hover"].map((name) => `color-surface-${name}`);
const states = ["ok", "warn", "danger", "info", "paused", "unknown"];

describe.each(["light", "dark"] as const)("the %s palette", (mode) => {
  it("has text that can be read on every surface (4.5:1)", () => {
    for (const surface of surfaces) {
      for (const text of ["primary", "secondary", "faint"]) {
        expect(contrast(`text-color-${text}`, surface, mode), `${text} on ${surface}`).toBeGreaterThanOrEqual(
          4.5,
        );
      }
      for (const state of states) {
        expect(
          contrast(`color-state-${state}-text`, surface, mode),
          `${state} on ${surface}`,
        ).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  it("has text that can be read on every state's ground and fill", () => {
    for (const state of states) {
      const ground = `color-state-${state}-ground`;
      expect(contrast(`color-state-${state}-text`, ground, mode), state).toBeGreaterThanOrEqual(4.5);
      expect(contrast("text-color-primary", ground, mode), state).toBeGreaterThanOrEqual(4.5);
      expect(contrast("text-color-secondary", ground, mode), state).toBeGreaterThanOrEqual(4.5);
      if (state !== "unknown") {
        expect(
          contrast("text-color-on-state", `color-state-${state}-line`, mode),
          state,
        ).toBeGreaterThanOrEqual(4.5);
      }
    }
    expect(contrast("text-color-inverse", "color-surface-inverse", mode)).toBeGreaterThanOrEqual(7);
    expect(contrast("color-production-text", "color-production-line", mode)).toBeGreaterThanOrEqual(4.5);
  });

  it("has lines that can be seen where they mean something (3:1)", () => {
    for (const surface of surfaces.slice(0, 4)) {
      for (const line of ["color-line-strong", "color-line-focus", "color-production-line"]) {
        expect(contrast(line, surface, mode), `${line} on ${surface}`).toBeGreaterThanOrEqual(3);
      }
      for (const state of states) {
        expect(
          contrast(`color-state-${state}-line`, surface, mode),
          `${state} on ${surface}`,
        ).toBeGreaterThanOrEqual(3);
      }
    }
  });
});
