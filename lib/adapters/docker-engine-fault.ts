import { X509Certificate } from "node:crypto";
import { Fault } from "#lib/domain/errors.ts";

/** Milliseconds; null: what is given is no certificate. */
function endOf(pem: string): number | null {
  try {
    return Date.parse(new X509Certificate(pem).validTo);
  } catch (error) {
    if (error instanceof Error && "code" in error) return null;
    throw error;
  }
}

/** Why an engine does not answer. `cert`: the client certificate that it was shown, PEM. */
export function unreachable(host: string, cert: string | undefined, error: Error): Fault {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const why = code === "" ? error.message : code;
  if (code === "EACCES" || code === "EPERM")
    return new Fault(
      "permanent",
      "ENGINE_FORBIDDEN",
      `The worker may not open ${host} (${code}).`,
      "Add the worker's user to the group that owns the socket.",
    );
  if (code === "CERT_HAS_EXPIRED")
    return new Fault(
      "permanent",
      "CERTIFICATE_EXPIRED",
      `The certificate of ${host} has expired.`,
      "Renew it at the engine.",
    );
  const isRefused = /^(?:CERT_|ERR_TLS|ERR_SSL|ERR_OSSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code);
  const end = cert === undefined ? null : endOf(cert);
  // An engine may cut the connection without a word once it has seen the certificate.
  if (end !== null && end < Date.now() && (isRefused || code === "ECONNRESET" || code === "EPIPE"))
    return new Fault(
      "permanent",
      "CERTIFICATE_EXPIRED",
      `${host} refuses this target's own certificate: it has expired on ${new Date(end).toISOString()}.`,
      "Renew the client certificate, and give the target the new secrets cert and key.",
    );
  if (isRefused)
    return new Fault(
      "permanent",
      "TLS_REFUSED",
      `No trusted connection to ${host}: ${error.message}`,
      "Check the secrets ca, cert and key of this target.",
    );
  return new Fault(
    "transient",
    "ENGINE_UNREACHABLE",
    `The Docker Engine at ${host} does not answer (${why}).`,
    "Start it, or correct the host in the settings.",
  );
}
