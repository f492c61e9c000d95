import { readFileSync } from "node:fs";
import { faultOf, identified, inspected, plansFor, step } from "#e2e/targets/kubernetes/attempt.ts";
import type { Place } from "#e2e/targets/kubernetes/attempt.ts";
import type { PlanRequest } from "#lib/adapters/contract.ts";

/* What a worker that runs as a pod does with a target: it looks, plans and goes all the way. Told by a file, tells as JSON. */
const [file = ""] = process.argv.slice(2);
const { place, request, operations } = JSON.parse(readFileSync(file, "utf8")) as {
  place: Place;
  request: PlanRequest;
  operations: string[];
};
const fault = await faultOf(identified(place));
const permissions = (await inspected(place)).evidence.find(({ title }) => title === "Permissions");
const steps = [];
for (const id of operations)
  for (const { desired } of await plansFor(place, request, id))
    steps.push({ id, ...(await step(place, id, desired)) });
console.log(JSON.stringify({ fault, permissions, steps }));
