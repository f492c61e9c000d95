import fs from "node:fs";
import path from "node:path";
import { program, root } from "./root.ts";
import { runProgram, type Ended } from "./run-program.ts";
import { inParallel, type Tally } from "./tally.ts";

type Check = { title: string; run: () => Promise<Ended> };

const cache = (name: string): string => path.join(root, "node_modules", ".cache", name);

const checks: readonly Check[] = [
  { title: "types", run: () => runProgram(program("tsc"), ["--noEmit", "--project", "."]) },
  {
    title: "lint",
    run: () =>
      runProgram(program("eslint"), [
        ".",
        "--max-warnings=0",
        "--cache",
        "--cache-strategy=content",
        `--cache-location=${cache("eslint")}`,
      ]),
  },
  { title: "floors", run: checkFloors },
  { title: "nothing unused", run: () => runProgram(program("knip"), ["--no-progress"]) },
  {
    title: "format",
    run: () => runProgram(program("prettier"), ["--check", "--log-level=warn", "."]),
  },
];

/** Types, lint, floors, unused code, format: two at a time, each counted as one test. */
export async function staticChecks(): Promise<Tally> {
  await describePages();
  return inParallel(
    2,
    checks.map((check) => () => runCheck(check)),
  );
}

async function runCheck({ title, run }: Check): Promise<Tally> {
  const start = Date.now();
  const { code, output } = await run();
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  console.log(`check  ${code === 0 ? "ok    " : "FAILED"}  ${title} (${seconds} s)`);
  if (code === 0) return { passed: 1, failed: 0, skipped: 0 };
  console.log(output.trimEnd());
  return { passed: 0, failed: 1, skipped: 0 };
}

/** A checker that saw no module has checked nothing, and says "no violations". */
async function checkFloors(): Promise<Ended> {
  const ended = await runProgram(program("depcruise"), [
    ...["app", "components", "lib", "bin", "bench", "e2e"].filter((name) =>
      fs.existsSync(path.join(root, name)),
    ),
    "--config",
    ".dependency-cruiser.cjs",
  ]);
  const modules = Number(/(\d+) modules/.exec(ended.output)?.[1] ?? 0);
  if (modules > 0) return ended;
  return { code: 1, output: `${ended.output}\nThe dependency checker saw no modules at all.` };
}

/** The types of routes and style sheets are written by Next; a fresh clone does not have them yet. */
async function describePages(): Promise<void> {
  if (fs.existsSync(path.join(root, "next-env.d.ts"))) return;
  const { code, output } = await runProgram(program("next"), ["typegen"]);
  if (code !== 0) console.log(`next typegen failed:\n${output}`);
}
