#!/usr/bin/env node
// Runs on the Node of the machine (20 or newer) and without dependencies: it installs them.
import { exitWithReason } from "./setup/exit-with-reason.mjs";
import { runWithNode } from "./setup/run-with-node.mjs";
import { setUp } from "./setup/set-up.mjs";

const cli = "lib/cli/main.ts";
const tests = "bin/test/main.ts";
const tasks = {
  start: { needsBuild: true, production: true, file: cli, args: ["up"] },
  cli: { needsBuild: false, production: true, file: cli, args: [] },
  test: { needsBuild: false, production: false, file: tests, args: [] },
  check: { needsBuild: false, production: false, file: tests, args: ["check"] },
  bench: { needsBuild: true, production: true, file: "bench/main.ts", args: [] },
  build: { needsBuild: true, production: true, file: undefined, args: [] },
};

const [name = "", ...rest] = process.argv.slice(2);
const task = Object.hasOwn(tasks, name) ? tasks[name] : undefined;
if (task === undefined) {
  process.stderr.write(`Usage: node bin/bootstrap.mjs ${Object.keys(tasks).join("|")} [arguments]\n`);
  process.exit(2);
}
const isStart = name === "start";
try {
  await setUp({
    needsBuild: task.needsBuild,
    output: isStart || name === "build" ? process.stdout : process.stderr,
    ...(isStart ? { beforeBuild: checkStart } : {}),
  });
} catch (error) {
  exitWithReason(error);
}
if (task.file !== undefined) {
  process.exit(
    await runWithNode(task.file, [...task.args, ...rest], {
      production: task.production,
      stopsWithParent: isStart,
    }),
  );
}

/** A taken port is better told before the build than after it. */
async function checkStart() {
  const code = await runWithNode(cli, ["up", "--check"], { production: true, stopsWithParent: false });
  if (code !== 0) process.exit(code);
}
