import { excerpt } from "#lib/adapters/evidence.ts";
import { Fault } from "#lib/domain/errors.ts";
import type { FaultKind } from "#lib/domain/errors.ts";

type Meaning = { text: RegExp; kind: FaultKind; code: string; message: string; advice: string };

/** What etcd says, in its own words (etcdserver/api/v3rpc/rpctypes), and what to do about it. */
const meanings: readonly Meaning[] = [
  {
    text: /required revision has been compacted/,
    kind: "permanent",
    code: "REVISION_COMPACTED",
    message: "The cluster no longer keeps that revision: it was compacted.",
    advice:
      "Put a snapshot of that revision into the snapshot folder under its name, or choose a version whose configuration is kept. Raise --auto-compaction-retention to keep more.",
  },
  {
    text: /required revision is a future revision/,
    kind: "permanent",
    code: "FUTURE_REVISION",
    message: "The cluster has not reached that revision.",
    advice:
      "The deployment record names a revision of another cluster, or this one was restored from an older backup. Use a stored snapshot.",
  },
  {
    text: /authentication failed/,
    kind: "permanent",
    code: "NOT_AUTHENTICATED",
    message: "The cluster refuses the user or the password.",
    advice: "Check the setting `username` and the secret `password` of this target.",
  },
  {
    text: /user name is empty/,
    kind: "permanent",
    code: "NOT_AUTHENTICATED",
    message: "The cluster asks for a user, and this target names none.",
    advice: "Give this target the setting `username` and the secret `password`.",
  },
  {
    text: /invalid auth token|auth store is old/,
    kind: "transient",
    code: "TOKEN_REFUSED",
    message: "The cluster refuses the token that it gave.",
    advice: "Its users were being changed, perhaps. It signs in again.",
  },
  {
    text: /permission denied/,
    kind: "permanent",
    code: "NOT_PERMITTED",
    message: "The user may not do that under this prefix.",
    advice: "Grant its role readwrite on the whole prefix (etcdctl role grant-permission --prefix=true).",
  },
  {
    text: /too many operations/,
    kind: "permanent",
    code: "TOO_MANY_OPERATIONS",
    message: "The cluster takes fewer operations in one transaction.",
    advice: "Set maxOperations to the cluster's --max-txn-ops.",
  },
  {
    text: /request is too large/,
    kind: "permanent",
    code: "REQUEST_TOO_LARGE",
    message: "A value is larger than the cluster takes in one request.",
    advice: "Raise the cluster's --max-request-bytes to what it was when the value was written.",
  },
  {
    text: /database space exceeded/,
    kind: "permanent",
    code: "DISK_FULL",
    message: "The cluster's database is full; it takes no writes.",
    advice: "Compact, defragment and disarm the NOSPACE alarm (etcdctl), then retry.",
  },
];

/** An answer of the gateway that is no success. `unknown` where a transaction may have been done nevertheless. */
export function gatewayFault(answer: { path: string; status: number; said: string; isLook: boolean }): Fault {
  const meaning = meanings.find(({ text }) => text.test(answer.said));
  if (meaning !== undefined) return new Fault(meaning.kind, meaning.code, meaning.message, meaning.advice);
  const what = `${answer.path} answered ${answer.status}: ${excerpt(answer.said)}`;
  if (answer.status >= 500 || answer.status === 429 || answer.status === 408)
    return new Fault(
      answer.isLook ? "transient" : "unknown",
      "CLUSTER_FAILS",
      what,
      "Look whether the cluster has a leader and enough members (etcdctl endpoint status --cluster).",
    );
  return new Fault(
    "permanent",
    "UNEXPECTED_ANSWER",
    what,
    "Check the address in the settings. etcd 3.4 and newer are known; older ones have no /v3 gateway.",
  );
}
