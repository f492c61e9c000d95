import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { shellCommand, shellQuote, shellVariable } from "#lib/adapters/shell-quote.ts";

const hostile = [
  "",
  " ",
  "it's",
  "'; touch owned; '",
  "$(touch owned)",
  "`touch owned`",
  "${IFS}owned",
  "&& touch owned",
  "> owned",
  "--option",
  "-rf",
  "~root",
  "*",
  "=ls",
  "a\nb",
  "a\tb",
  "\\",
  '"',
  "é 漢 🙂",
  "{{ version }}",
  "!history",
  "#comment",
];

it("gives a real shell back exactly what was put in, and nothing else happens", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "quote-"));
  for (const word of hostile) {
    const printed = execFileSync("/bin/sh", ["-c", `printf '%s' ${shellQuote(word)}`], { cwd: folder });
    expect(printed.toString()).toBe(word);
  }
  const count = execFileSync("/bin/sh", ["-c", `set -- ${shellCommand(hostile)}; printf '%s' "$#"`], {
    cwd: folder,
  });
  expect(count.toString()).toBe(String(hostile.length));
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
});

it("leaves ordinary words readable", () => {
  expect(shellCommand(["/usr/bin/npm", "test", "--", "--grep=smoke", "v1.2.3"])).toBe(
    "/usr/bin/npm test -- --grep=smoke v1.2.3",
  );
});

it("refuses what no argument can hold", () => {
  expect(() => shellQuote("a\0b")).toThrow(TypeError);
});

it("names the variable of a secret", () => {
  expect(["token", "apiToken", "DB_PASSWORD", "a1B"].map(shellVariable)).toEqual([
    "TOKEN",
    "API_TOKEN",
    "DB_PASSWORD",
    "A1_B",
  ]);
});
