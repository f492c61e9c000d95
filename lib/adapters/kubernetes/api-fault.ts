import { excerpt } from "#lib/adapters/evidence.ts";
import { Fault } from "#lib/domain/errors.ts";

/** One call, in the words of the API's own permissions. */
export type Call = {
  verb: "get" | "list" | "patch" | "delete" | "create";
  /** Plural, with its group where it has one: deployments.apps. */
  resource: string;
  name?: string;
  namespace?: string;
};

const notSent = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);
const untrusted = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "CERT_SIGNATURE_FAILURE",
  "CERT_NOT_YET_VALID",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "EPROTO",
  "ERR_SSL_WRONG_VERSION_NUMBER",
]);

/** Such as “patch deployments.apps shop in shop”. */
function shownCall({ verb, resource, name, namespace }: Call): string {
  return `${verb} ${resource}${name === undefined ? "" : ` ${name}`}${namespace === undefined ? "" : ` in ${namespace}`}`;
}

/** What an answer that is not 2xx means. `message` is the server's, redacted. */
export function answerFault(call: Call, status: number, reason: string, message: string): Fault {
  const said = `${shownCall(call)}: the API server answered ${status}${message === "" ? "" : `: ${excerpt(message)}`}`;
  const fault = (kind: Fault["kind"], code: string, advice: string): Fault =>
    new Fault(kind, code, said, advice);
  if (status === 401)
    return fault(
      "permanent",
      "NOT_AUTHENTICATED",
      "The credentials in the kubeconfig are wrong or have expired. Issue new ones, and update the secret.",
    );
  if (status === 403 && /exceeded quota/i.test(message))
    return fault("permanent", "QUOTA_EXCEEDED", "Raise the quota of the namespace, or free some of it.");
  if (status === 403)
    return fault(
      "permanent",
      "NOT_PERMITTED",
      `Give the account the permission to ${call.verb} ${call.resource}${call.namespace === undefined ? "" : ` in the namespace ${call.namespace}`}.`,
    );
  if (status === 404)
    return fault(
      "permanent",
      "NOT_THERE",
      `Check the name${call.namespace === undefined ? "" : " and the namespace"} in the settings, and that the kubeconfig leads to the right cluster.`,
    );
  if (status === 409)
    return fault("transient", "CONFLICT", "It was changed at the same moment. It is looked at again.");
  if (status === 429 || status >= 500)
    return fault("transient", "API_UNAVAILABLE", "Look at the API server and at what stands before it.");
  return fault(
    "permanent",
    reason === "Invalid" ? "REFUSED_BY_API" : "UNEXPECTED_ANSWER",
    "Read what the API server says. Nothing was changed.",
  );
}

/** What a call that got no answer means. `isWrite`: it may have arrived all the same. */
export function connectionFault(call: Call, server: string, error: unknown, isWrite: boolean): Fault {
  const code = codeOf(error);
  if (code === "CERT_HAS_EXPIRED")
    return new Fault(
      "permanent",
      "CERTIFICATE_EXPIRED",
      `The certificate of the API server ${server} has expired.`,
      "Renew the cluster's certificates. Nothing was sent.",
    );
  if (untrusted.has(code))
    return new Fault(
      "permanent",
      "TLS_REFUSED",
      `The certificate of ${server} cannot be trusted (${code}).`,
      "Check that the kubeconfig holds this cluster's certificate authority and server name. Nothing was sent.",
    );
  const said = `${shownCall(call)}: ${server} did not answer (${code}).`;
  if (!isWrite || notSent.has(code))
    return new Fault(
      "transient",
      "UNREACHABLE",
      said,
      "Check the address in the kubeconfig, and the network between the worker and the API server.",
    );
  return new Fault(
    "unknown",
    "WRITE_UNCERTAIN",
    `${said} It may have arrived.`,
    "Look at the object itself. The change names one state and one version of the object, so the same step can be run again.",
  );
}

function codeOf(error: unknown): string {
  const chain = [error, error instanceof Error ? error.cause : undefined];
  for (const one of chain)
    if (one instanceof Error && "code" in one && typeof one.code === "string") return one.code;
  return error instanceof Error ? error.name : "unknown error";
}
