#!/usr/bin/env node
// The command line of a clone: standard output belongs to the command, so set-up speaks on standard error.
import { exitWithReason } from "./setup/exit-with-reason.mjs";
import { runWithNode } from "./setup/run-with-node.mjs";
import { setUp } from "./setup/set-up.mjs";

const args = process.argv.slice(2);
try {
  await setUp({ needsBuild: args[0] === "up" || args[0] === "web", output: process.stderr });
} catch (error) {
  exitWithReason(error);
}
process.exit(await runWithNode("lib/cli/main.ts", args, { production: true, stopsWithParent: false }));
