import { Refusal } from "#lib/domain/errors.ts";

/** What one request may carry, in bytes. */
export const maxBodyBytes = 256 * 1024;
const maxDepth = 64;

export type Body = { bytes: Uint8Array; value: unknown };

/**
 * Reads a JSON body. No body at all counts as `{}`. Throws UNSUPPORTED_MEDIA, TOO_LARGE (before anything is parsed, also when the
 * length was not announced), MALFORMED, and INVALID for text that no database column can hold.
 */
export async function readBody(request: Request): Promise<Body> {
  const type = request.headers.get("content-type");
  if (type !== null && !isJson(type)) {
    await request.body?.cancel();
    throw new Refusal("UNSUPPORTED_MEDIA", "Send the body as application/json in UTF-8.");
  }
  const encoding = request.headers.get("content-encoding");
  if (encoding !== null && encoding !== "identity") {
    throw new Refusal("UNSUPPORTED_MEDIA", "Send the body as it is, without compression.");
  }
  if (Number(request.headers.get("content-length") ?? 0) > maxBodyBytes) throw tooLarge();
  const bytes = await readCapped(request);
  if (bytes.byteLength === 0) return { bytes, value: {} };
  if (type === null) throw new Refusal("UNSUPPORTED_MEDIA", "Say that the body is application/json.");
  const value = parse(bytes);
  checkText(value);
  return { bytes, value };
}

function isJson(type: string): boolean {
  const [name, ...parameters] = type
    .toLowerCase()
    .split(";")
    .map((part) => part.trim());
  const charset = parameters.find((parameter) => parameter.startsWith("charset="));
  return name === "application/json" && (charset === undefined || /^charset="?utf-?8"?$/.test(charset));
}

async function readCapped(request: Request): Promise<Uint8Array> {
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader: ReadableStreamDefaultReader<Uint8Array> = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch(cutOff);
    if (done) return Buffer.concat(chunks);
    size += value.byteLength;
    if (size > maxBodyBytes) {
      await reader.cancel();
      throw tooLarge();
    }
    chunks.push(value);
  }
}

function cutOff(error: unknown): never {
  throw new Refusal(
    "MALFORMED",
    `The body was cut off (${error instanceof Error ? error.message : "aborted"}).`,
  );
}

function parse(bytes: Uint8Array): unknown {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (isTooDeep(text)) throw new Refusal("MALFORMED", `The body is nested deeper than ${maxDepth} levels.`);
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal("MALFORMED", "The body is not JSON in UTF-8.");
  }
}

/** Looks at the text itself, so that nothing recursive ever meets what is too deep. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let isInString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (isInString) {
      if (char === 0x5c) i++;
      else if (char === 0x22) isInString = false;
    } else if (char === 0x22) isInString = true;
    else if (char === 0x7b || char === 0x5b) {
      if (++depth > maxDepth) return true;
    } else if (char === 0x7d || char === 0x5d) depth--;
  }
  return false;
}

/** Throws INVALID for NUL, for half a surrogate pair, and for a key that would change an object's prototype. */
export function checkText(value: unknown, path: readonly string[] = []): void {
  if (typeof value === "string") {
    if (!isStorable(value)) throw invalid(path, "Text must be whole Unicode characters without NUL.");
  } else if (Array.isArray(value)) {
    value.forEach((item, i) => {
      checkText(item, [...path, String(i)]);
    });
  } else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (key === "__proto__" || !isStorable(key))
        throw invalid(path, "This holds a key that is not allowed.");
      checkText(item, [...path, key]);
    }
  }
}

/** Whether PostgreSQL can hold this text. */
export function isStorable(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}

function invalid(path: readonly string[], message: string): Refusal {
  const where = path.join(".").slice(0, 200);
  return new Refusal("INVALID", where === "" ? message : `${where}: ${message}`, {
    errors: [{ path: where, message }],
  });
}

function tooLarge(): Refusal {
  return new Refusal("TOO_LARGE", `A request carries at most ${maxBodyBytes / 1024} KiB.`);
}
