import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import { findBrowser } from "./find-browser.ts";
import { program, root } from "./root.ts";
import { runProgram } from "./run-program.ts";
import { nothing, type Tally } from "./tally.ts";

const config = path.join("e2e", "playwright.config.ts");

const Report = z.object({
  stats: z.object({
    expected: z.number(),
    unexpected: z.number(),
    flaky: z.number(),
    skipped: z.number(),
  }),
});

/** The journeys in a real browser, against the built product. */
export async function e2eSuite(): Promise<Tally> {
  if (!fs.existsSync(path.join(root, config))) return nothing;
  const browser = await findBrowser();
  if ("missing" in browser) {
    console.log(`The e2e tests are skipped: ${browser.missing}`);
    return { passed: 0, failed: 0, skipped: await countTests() };
  }
  const built = await runProgram(process.execPath, ["bin/bootstrap.mjs", "build"], { show: true });
  if (built.code !== 0) return { passed: 0, failed: 1, skipped: 0 };

  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lastgood-report-"));
  const file = path.join(folder, "report.json");
  try {
    const { code } = await runProgram(
      program("playwright"),
      ["test", `--config=${config}`, "--reporter=list,json"],
      { show: true, env: { LASTGOOD_CHROMIUM: browser.path, PLAYWRIGHT_JSON_OUTPUT_FILE: file } },
    );
    if (!fs.existsSync(file)) return { passed: 0, failed: 1, skipped: 0 };
    const { stats } = Report.parse(JSON.parse(fs.readFileSync(file, "utf8")));
    if (stats.flaky > 0) console.log(`e2e: ${stats.flaky} passed only at the second try`);
    const failed = stats.unexpected > 0 || code === 0 ? stats.unexpected : 1;
    return { passed: stats.expected + stats.flaky, failed, skipped: stats.skipped };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function countTests(): Promise<number> {
  const { output } = await runProgram(program("playwright"), ["test", `--config=${config}`, "--list"]);
  return Number(/Total: (\d+) tests?/.exec(output)?.[1] ?? 1);
}
