import { Readable } from "node:stream";
import { S3Client } from "@aws-sdk/client-s3";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { excerpt } from "#lib/adapters/evidence.ts";
import type { Settings } from "#lib/adapters/static-site/schema.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;
type Sent = {
  method: string;
  protocol: string;
  hostname: string;
  port?: number;
  path: string;
  query?: Record<string, string | string[] | null>;
  headers: Record<string, string>;
  body?: unknown;
};

const ownHeaders = new Set(["host", "content-length", "expect", "connection", "transfer-encoding"]);
const mostBytes = 32 * 1024 * 1024;

/** The keys that the SDKs sign with. Throws Fault NO_CREDENTIALS. */
export function credentialsOf({ secrets }: Context) {
  const { accessKeyId, secretAccessKey, sessionToken } = secrets;
  if (accessKeyId !== undefined && secretAccessKey !== undefined)
    return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
  throw new Fault(
    "permanent",
    "NO_CREDENTIALS",
    "The target has no accessKeyId and secretAccessKey.",
    "Give the target both secrets.",
  );
}

/** A client that sends by the guarded http: it reaches what is on the allow-list, and nothing else. */
export function s3Client(ctx: Context): S3Client {
  return new S3Client({
    endpoint: ctx.settings.endpoint,
    region: ctx.settings.region,
    forcePathStyle: true,
    credentials: credentialsOf(ctx),
    requestHandler: guardedHandler(ctx),
    maxAttempts: 3,
    // Not every S3 service knows the newer checksums.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
}

/** What both SDKs call instead of their own HTTP. */
export function guardedHandler(ctx: Context) {
  return {
    handle: async (sent: Sent) => {
      const port = sent.port === undefined ? "" : `:${sent.port}`;
      const query = queryOf(sent.query ?? {});
      const answer = await ctx.http({
        method: sent.method as "GET",
        url: `${sent.protocol}//${sent.hostname}${port}${sent.path}${query === "" ? "" : `?${query}`}`,
        headers: Object.fromEntries(
          Object.entries(sent.headers).filter(([name]) => !ownHeaders.has(name.toLowerCase())),
        ),
        ...(sent.body === undefined || sent.body === null ? {} : { body: bodyOf(sent.body) }),
        timeoutMs: ctx.settings.timeoutMs,
        maxBytes: mostBytes,
        signal: ctx.signal,
      });
      return {
        response: {
          statusCode: answer.status,
          headers: answer.headers,
          body: Readable.from([Buffer.from(answer.body)], { objectMode: false }),
        },
      };
    },
  };
}

function queryOf(query: Record<string, string | string[] | null>): string {
  const encode = (text: string): string =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return Object.entries(query)
    .flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((one) =>
        one === null || one === "" ? `${encode(name)}=` : `${encode(name)}=${encode(one)}`,
      ),
    )
    .join("&");
}

const bodyOf = (body: unknown): string | Uint8Array =>
  typeof body === "string" ? body : new Uint8Array(body as Uint8Array);

type ServiceError = { name: string; message: string; $metadata?: { httpStatusCode?: number } };

/** Names what an S3 service or CloudFront says no with. Every request names the state that is wanted, or only looks. */
export function serviceFault(ctx: Context, what: string, error: unknown): Fault {
  if (error instanceof Fault)
    return error.kind === "unknown"
      ? new Fault("transient", error.code, error.message, "The request can be sent again without harm.")
      : error;
  if (!(error instanceof Error)) throw new TypeError("Thrown was no error.");
  const { name, message, $metadata } = error as ServiceError;
  const status = $metadata?.httpStatusCode ?? 0;
  const said = `${what}: ${excerpt(ctx.redact(`${name} ${message}`))}`;
  const [code, advice] = named(name, status, what);
  const isPassing = ["THROTTLED", "TARGET_FAILS", "TOO_MANY_INVALIDATIONS"].includes(code);
  return new Fault(isPassing ? "transient" : "permanent", code, said, advice);
}

function named(name: string, status: number, what: string): [string, string] {
  switch (name) {
    case "InvalidAccessKeyId":
    case "SignatureDoesNotMatch":
    case "InvalidToken":
    case "ExpiredToken":
      return ["NOT_AUTHENTICATED", "Check the secrets of this target: they are wrong, expired or revoked."];
    case "RequestTimeTooSkewed":
      return ["CLOCK_SKEWED", "Correct the clock of the worker's machine."];
    case "NoSuchBucket":
      return ["NO_BUCKET", "Check endpoint, region and bucket in the settings."];
    case "NoSuchKey":
    case "NoSuchVersion":
    // Of a look at one object, which has no other body.
    case "NotFound":
      return [
        "OBJECT_GONE",
        "It was deleted for good. Choose a version whose objects were kept, or deploy its build.",
      ];
    case "NoSuchDistribution":
      return ["NO_DISTRIBUTION", "Check the distribution in the settings, and whose keys the secrets are."];
    case "TooManyInvalidationsInProgress":
      return [
        "TOO_MANY_INVALIDATIONS",
        "It is asked again within the limit of the step, as others come to their end.",
      ];
    case "InvalidationBatchAlreadyExists":
      return [
        "REFERENCE_TAKEN",
        "An invalidation of other paths was asked for under this rollback's reference. Find out by whom, and invalidate by hand.",
      ];
    case "SlowDown":
    case "TooManyRequestsException":
    case "Throttling":
      return ["THROTTLED", "It is tried again within the limit of the step."];
    default:
  }
  if (status === 401) return ["NOT_AUTHENTICATED", "Check the secrets of this target."];
  if (status === 403)
    return [
      "NOT_PERMITTED",
      what.startsWith("CloudFront")
        ? "Whoever the secrets belong to needs cloudfront:CreateInvalidation, GetInvalidation, ListInvalidations and GetDistribution."
        : "Whoever the secrets belong to needs to list, read and write the objects and their versions.",
    ];
  if (status >= 500 || status === 429)
    return ["TARGET_FAILS", "It is tried again within the limit of the step."];
  return ["REFUSED", "Correct what the answer names, in the settings of this target."];
}
