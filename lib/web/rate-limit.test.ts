import { describe, expect, it } from "vitest";
import { rateLimit } from "#lib/web/rate-limit.ts";

describe("the rate limit", () => {
  it("lets a burst through, refuses what follows, and refills with time, for each caller apart", () => {
    let now = 0;
    const takeTurn = rateLimit({ burst: 3, perSecond: 1, now: () => now });
    for (let i = 0; i < 3; i++) takeTurn("a");
    expect(() => takeTurn("a")).toThrow(expect.objectContaining({ code: "THROTTLED" }));
    takeTurn("b");
    now = 1000;
    takeTurn("a");
    expect(() => takeTurn("a")).toThrow();
  });
});
