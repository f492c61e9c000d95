import { excerpt } from "#lib/adapters/evidence.ts";
import type { Settings } from "#lib/adapters/git/schema.ts";
import type { ProcessEnd } from "#lib/adapters/run-process.ts";
import { Fault } from "#lib/domain/errors.ts";
import type { FaultKind } from "#lib/domain/errors.ts";

type Meaning = { text: RegExp; kind: FaultKind; code: string; advice: string };

/** What git says (with LC_ALL=C), the more particular first. In none of these anything was done. */
const meanings: readonly Meaning[] = [
  {
    text: /\[rejected\]|non-fast-forward|fetch first|cannot lock ref|failed to update ref/,
    kind: "permanent",
    code: "DRIFT",
    advice:
      "Somebody else has pushed. Nothing of theirs was overwritten. Make a new plan from what is there now.",
  },
  {
    text: /\[remote rejected\]|pre-receive hook declined|protected branch/,
    kind: "permanent",
    code: "PUSH_REFUSED",
    advice:
      "The server's own rules refuse the push. Let the author of these commits push to this branch, or push by hand.",
  },
  {
    text: /couldn't find remote ref/i,
    kind: "permanent",
    code: "BRANCH_MISSING",
    advice: "Check the branch in the settings; the repository may be empty.",
  },
  {
    text: /Authentication failed|could not read (?:Username|Password)|returned error: 401/,
    kind: "permanent",
    code: "NOT_AUTHENTICATED",
    advice: "Check the setting `username` and the secret `token`: wrong, expired or revoked.",
  },
  {
    text: /returned error: 403/,
    kind: "permanent",
    code: "NOT_PERMITTED",
    advice: "Give whoever the secret `token` belongs to the right to read and to push.",
  },
  {
    text: /returned error: 30\d|unable to update url base from redirection/,
    kind: "permanent",
    code: "REDIRECTED",
    advice: "Register the address that the redirect leads to; credentials are not sent on.",
  },
  {
    text: /returned error: (?:404|410)|repository .* not found|does not appear to be a git repository|does not exist/i,
    kind: "permanent",
    code: "REPOSITORY_MISSING",
    advice: "Check the address in the settings. Some servers say so to whoever may not read it.",
  },
  {
    text: /certificate has expired/i,
    kind: "permanent",
    code: "TLS_REFUSED",
    advice: "Renew the certificate of the server.",
  },
  {
    text: /SSL|certificate|server verification failed/i,
    kind: "permanent",
    code: "TLS_REFUSED",
    advice:
      "Check the certificate of the server: expired, not valid yet, self-signed, or for another name. caFile names your own.",
  },
  {
    text: /No space left on device|Disk quota exceeded/,
    kind: "permanent",
    code: "DISK_FULL",
    advice: "Make room on the disk that it names, then retry.",
  },
  {
    text: /not valid: is this a git repository|Invalid response|protocol error: bad line/,
    kind: "permanent",
    code: "NOT_GIT",
    advice: "Check the address in the settings: something else than git answers there.",
  },
  {
    text: /Could not resolve host|Failed to connect|Connection refused|Connection timed out|Couldn't connect/,
    kind: "transient",
    code: "NO_CONNECTION",
    advice: "Check that the server runs, and that the worker's machine can reach it.",
  },
];

/** Why git did not do what it was asked for. */
export function gitFault(failure: {
  verb: string;
  end: ProcessEnd;
  said: string;
  mayHaveActed: boolean;
  settings: Settings;
}): Fault {
  const { verb, end, said, mayHaveActed, settings } = failure;
  const kind = mayHaveActed ? "unknown" : "transient";
  if (end.how === "cancelled")
    return new Fault(kind, "CANCELLED", `git ${verb} was stopped.`, lookAdvice(mayHaveActed));
  if (end.how === "timeout")
    return new Fault(
      kind,
      "TIMEOUT",
      `git ${verb} was stopped after ${settings.timeoutSeconds} s.`,
      `${lookAdvice(mayHaveActed)} Raise timeoutSeconds if the repository is that large.`,
    );
  if (end.how === "too_much_output")
    return new Fault(
      "permanent",
      "TOO_MUCH_OUTPUT",
      `git ${verb} printed more than 16 MiB.`,
      "Look at the repository.",
    );
  const meaning = meanings.find(({ text }) => text.test(said));
  const message = `git ${verb} failed: ${excerpt(lastLines(said))}`;
  if (meaning !== undefined) return new Fault(meaning.kind, meaning.code, message, meaning.advice);
  return new Fault(kind, "GIT_FAILED", message, lookAdvice(mayHaveActed));
}

/** What was fetched takes more room than the settings allow; git was stopped. */
export function tooLarge(verb: string, mayHaveActed: boolean, { maxMegabytes }: Settings): Fault {
  const advice = `Raise maxMegabytes if the history of the repository is that large, and see that the worker's disk has the room. ${mayHaveActed ? lookAdvice(true) : "Nothing was changed."}`;
  return new Fault(
    mayHaveActed ? "unknown" : "permanent",
    "REPOSITORY_TOO_LARGE",
    `git ${verb} was stopped: what it fetched takes more than ${maxMegabytes} MB.`,
    advice,
  );
}

const lookAdvice = (mayHaveActed: boolean): string =>
  mayHaveActed
    ? "Look at the branch whether the commit has arrived."
    : "Nothing was changed; it is tried again.";

function lastLines(text: string): string {
  const lines = text.split("\n").filter((line) => /^\s*(?:fatal|error|remote|!|warning)/i.test(line));
  return (lines.length > 0 ? lines : text.split("\n")).slice(-6).join(" ");
}
