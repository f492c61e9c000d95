import { expect, it } from "vitest";
import { deviceWords } from "#components/people/device-words.ts";

it.each([
  ["Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Windows"],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1",
    "Safari on iOS",
  ],
  [
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36 Edg/141.0",
    "Edge on Linux",
  ],
  ["curl/8.5.0", "curl/8.5.0"],
  [null, "A browser that gave no name"],
])("says what %s is", (userAgent, words) => {
  expect(deviceWords(userAgent)).toBe(words);
});
