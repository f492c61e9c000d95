import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import { program } from "./root.ts";
import { runProgram } from "./run-program.ts";
import type { Tally } from "./tally.ts";

const Report = z.object({
  success: z.boolean(),
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
});

/** Runs one vitest project. A file that cannot even be loaded counts as one failure. It is ended after so many minutes. */
export async function vitestSuite(project: string, minutes = 15): Promise<Tally> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lastgood-report-"));
  const file = path.join(folder, "report.json");
  try {
    const { code } = await runProgram(
      program("vitest"),
      [
        "run",
        `--project=${project}`,
        "--passWithNoTests",
        "--reporter=default",
        "--reporter=json",
        `--outputFile.json=${file}`,
      ],
      { show: true, seconds: minutes * 60 },
    );
    if (code === 124) console.error(`${project} was ended after ${minutes} minutes.`);
    if (!fs.existsSync(file)) return { passed: 0, failed: code === 0 ? 0 : 1, skipped: 0 };
    const report = Report.parse(JSON.parse(fs.readFileSync(file, "utf8")));
    const failed = report.numFailedTests > 0 || code === 0 ? report.numFailedTests : 1;
    return { passed: report.numPassedTests, failed, skipped: report.numPendingTests + report.numTodoTests };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
