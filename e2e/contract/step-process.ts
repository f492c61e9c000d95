import { text } from "node:stream/consumers";
import { runStep } from "#e2e/contract/run-step.ts";
import type { StepRequest } from "#e2e/contract/run-step.ts";

/* A worker in small: one step, known only from what was stored. StepRequest on standard input, StepResult on output. */
const request = JSON.parse(await text(process.stdin)) as StepRequest;
console.log(JSON.stringify(await runStep(request)));
