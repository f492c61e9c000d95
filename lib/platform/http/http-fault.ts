import { Fault } from "#lib/domain/errors.ts";

const certificate = /CERT|ALTNAME|SELF_SIGNED|UNABLE_TO_|EPROTO|ERR_SSL|ERR_TLS/;

/** What is known when a request failed. */
export type Failure = {
  error: unknown;
  where: string;
  method: string;
  /** A connection was made, so the request may have arrived. */
  wasConnected: boolean;
  reason: "timeout" | "cancelled" | "error";
  timeoutMs: number;
};

/** Names the failure of one request as a Fault; see GuardedHttp for which kind means what. */
export function httpFault({ error, where, method, wasConnected, reason, timeoutMs }: Failure): Fault {
  if (error instanceof Fault) return error;
  const code = codeOf(error);
  if (!wasConnected) {
    if (reason === "error" && certificate.test(code))
      return new Fault(
        "permanent",
        "TLS_REFUSED",
        code === "CERT_HAS_EXPIRED"
          ? `No secure connection to ${where}: its certificate has expired.`
          : `No secure connection to ${where} (${code}).`,
        code === "CERT_HAS_EXPIRED"
          ? "Renew the certificate of the target; nothing was sent."
          : "Check the certificate of the target: not valid yet, self-signed, of another authority, or for another name.",
      );
    if (reason === "error" && (code === "UND_ERR_INVALID_ARG" || code.startsWith("ERR_INVALID")))
      return new Fault(
        "permanent",
        "INVALID_REQUEST",
        `The request to ${where} cannot be sent: it has a malformed header or address.`,
        "Check the settings and the secret: neither may contain line breaks or control characters.",
      );
    const what =
      reason === "cancelled"
        ? "was cancelled"
        : reason === "timeout"
          ? `was not possible within ${timeoutMs} ms`
          : `was not possible (${code})`;
    return new Fault(
      "transient",
      reason === "cancelled" ? "CANCELLED" : "NO_CONNECTION",
      `A connection to ${where} ${what}; nothing was sent.`,
      "Check that the target runs, and that the worker's machine can reach it.",
    );
  }
  const isLook = method === "GET" || method === "HEAD";
  const what =
    reason === "cancelled"
      ? "was cancelled"
      : reason === "timeout"
        ? `had no complete answer within ${timeoutMs} ms`
        : `had no complete answer (${code})`;
  return new Fault(
    isLook ? "transient" : "unknown",
    reason === "cancelled" ? "CANCELLED" : reason === "timeout" ? "TIMEOUT" : "CONNECTION_LOST",
    `${method} ${where} ${what}.`,
    isLook
      ? "Look again; if it stays so, look at the target's own log."
      : "The request may have arrived. Look at the target before anything is sent again.",
  );
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  return error instanceof Error ? error.name : "unknown";
}
