import { describe, expect, it } from "vitest";
import { findEntries } from "#components/shell/palette-match.ts";
import { placeOf, places } from "#components/shell/places.ts";
import { keyCaps, matchKeys, pressName } from "#components/shell/shortcut-match.ts";
import { readTheme, themeCookieText } from "#components/shell/theme.ts";

const plain = { ctrlKey: false, metaKey: false, altKey: false };

describe("a shortcut", () => {
  it("is a key, a pair of keys or a key with Ctrl or ⌘", () => {
    expect(pressName({ ...plain, key: "R" })).toBe("r");
    expect(pressName({ ...plain, key: "?" })).toBe("?");
    expect(pressName({ ...plain, ctrlKey: true, key: "k" })).toBe("mod+k");
    expect(pressName({ ...plain, metaKey: true, key: "K" })).toBe("mod+k");
    expect(pressName({ ...plain, key: "Shift" })).toBeNull();
    expect(pressName({ ...plain, altKey: true, key: "r" })).toBeNull();
  });

  it("waits for the second key of a pair and does not mistake it for a single one", () => {
    const keys = ["r", "g r", "g h"];
    expect(matchKeys(keys, "", "r")).toEqual({ match: "r", remember: "" });
    expect(matchKeys(keys, "", "g")).toEqual({ match: null, remember: "g" });
    expect(matchKeys(keys, "g", "r")).toEqual({ match: "g r", remember: "" });
    expect(matchKeys(keys, "g", "x")).toEqual({ match: null, remember: "" });
    expect(matchKeys(["x", "g h"], "g", "x")).toEqual({ match: "x", remember: "" });
  });

  it("is shown with the caps of the keyboard at hand", () => {
    expect(keyCaps("mod+k", true)).toEqual(["⌘", "K"]);
    expect(keyCaps("g i", false)).toEqual(["G", "I"]);
  });
});

describe("the palette", () => {
  const entries = [
    { label: "Approvals" },
    { label: "Roll back checkout", hint: "production" },
    { label: "Rollbacks" },
    { label: "Unroll" },
  ];

  it("shows everything until something is typed, then the best first", () => {
    expect(findEntries(entries, " ")).toEqual(entries);
    expect(findEntries(entries, "roll").map((entry) => entry.label)).toEqual([
      "Roll back checkout",
      "Rollbacks",
      "Unroll",
    ]);
    expect(findEntries(entries, "check prod").map((entry) => entry.label)).toEqual(["Roll back checkout"]);
    expect(findEntries(entries, "nothing")).toEqual([]);
  });
});

describe("a place", () => {
  it("is known by its path and everything below it", () => {
    expect(placeOf("/")).toBe("home");
    expect(placeOf("/incidents/inc_1/decide")).toBe("incidents");
    expect(placeOf("/incidentsx")).toBeNull();
  });

  it("has keys of its own", () => {
    expect(new Set(places.map((place) => place.keys)).size).toBe(places.length);
  });
});

describe("the theme", () => {
  it("is read from its cookie, and anything odd is the system's preference", () => {
    expect(readTheme("dark")).toBe("dark");
    expect(readTheme("<script>")).toBe("system");
    expect(readTheme(undefined)).toBe("system");
    expect(themeCookieText("light")).toContain("lastgood-theme=light; Path=/");
  });
});
