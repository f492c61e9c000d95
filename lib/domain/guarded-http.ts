/** Answers of the guarded client, body already read and capped. */
export type HttpAnswer = {
  status: number;
  /** Names in lower case; of a repeated header all values, joined by commas. Trailers too, where no header has the name. */
  headers: Record<string, string>;
  body: string;
  /** The body was longer than `maxBytes` and its rest was not read. */
  truncated: boolean;
  /** From the call to the last byte, redirects included. */
  milliseconds: number;
};

/**
 * The only way out for adapters and channels that speak HTTP: addresses outside the environment's allow-list are
 * refused, also after a redirect and after name resolution. Redirects are followed for GET and HEAD alone, at most
 * three; any other answer is returned as it came. Throws Fault: `transient` when no connection was made (nothing was
 * sent) or a GET or HEAD got no answer, `unknown` when anything else may have arrived and no answer came, `permanent`
 * (ADDRESS_REFUSED, INVALID_REQUEST, TLS_REFUSED, TOO_MANY_REDIRECTS) for what will not work on a retry.
 */
export type GuardedHttp = (request: {
  /** PURGE and BAN: what caches call the removal of what they keep. */
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "PURGE" | "BAN";
  url: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** For everything together: names, connection, redirects, body. */
  timeoutMs: number;
  /** Of the body; 1 MiB unless told. */
  maxBytes?: number;
  signal?: AbortSignal;
}) => Promise<HttpAnswer>;
