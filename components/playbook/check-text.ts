import type { Problem } from "#components/action/answer.ts";

/** One thing that is wrong with a text: where, and why. */
export type TextFault = { line: number | null; path: string; message: string };

export type Checked =
  | { state: "good"; id: string; version: number; title: string }
  | { state: "faulty"; faults: TextFault[] }
  /** Not known: asked too often, no answer, or no session. `again` in milliseconds. */
  | { state: "unknown"; why: string; again: number };

/** Asks the server whether a text would be accepted as a playbook. Rejects only when `signal` ends it. */
export async function checkText(yaml: string, signal: AbortSignal): Promise<Checked> {
  if (yaml.trim() === "") {
    return { state: "faulty", faults: [{ line: 1, path: "", message: "There is no text yet." }] };
  }
  try {
    const answer = await fetch("/api/v1/playbooks/validate", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ yaml }),
      signal,
    });
    const body: unknown = await answer.json();
    if (answer.ok) return { state: "good", ...(body as { id: string; version: number; title: string }) };
    return refused(body as Problem);
  } catch (error) {
    if (signal.aborted) throw error;
    return { state: "unknown", why: "No answer from Lastgood. It is asked again.", again: 5000 };
  }
}

function refused(problem: Problem): Checked {
  switch (problem.code) {
    case "INVALID":
      return { state: "faulty", faults: faultsIn(problem) };
    case "TOO_LARGE":
      return { state: "faulty", faults: [{ line: null, path: "", message: problem.detail }] };
    case "THROTTLED":
      return { state: "unknown", why: "Checking in a moment.", again: 3000 };
    case "UNAUTHENTICATED":
      return {
        state: "unknown",
        why: "Your session has ended. What you wrote is kept; sign in again.",
        again: 10_000,
      };
    default:
      return { state: "unknown", why: `${problem.title}. It is asked again.`, again: 10_000 };
  }
}

/** The faults in the refusal of a text, each with its line where it has one, in the order of the text. */
export function faultsIn(problem: Problem): TextFault[] {
  const told = problem["faults"];
  const faults = Array.isArray(told)
    ? told.flatMap(faultOf)
    : (problem.errors ?? []).map(({ path, message }) => ({ line: null, path, message }));
  return faults.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

function faultOf(told: unknown): TextFault[] {
  if (typeof told !== "object" || told === null) return [];
  const { line, path, message } = told as { line?: unknown; path?: unknown; message?: unknown };
  if (typeof message !== "string") return [];
  return [
    { line: typeof line === "number" ? line : null, path: typeof path === "string" ? path : "", message },
  ];
}
