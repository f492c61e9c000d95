import { createHash, randomBytes } from "node:crypto";
import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { Fault } from "#lib/domain/errors.ts";

/** What RFC 6455 has the server mix into its answer. */
const guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

type Opening = {
  socket: Socket;
  url: URL;
  headers: Record<string, string>;
  protocols: readonly string[];
  signal: AbortSignal;
};

/** The bytes that came right behind the answer. */
export type Opened = { protocol: string | null; head: Buffer };

/**
 * Opens a WebSocket on a connection. Throws Fault: `transient` when it is not opened now, `permanent` when the caller
 * is refused.
 */
export function openWebSocket({ socket, url, headers, protocols, signal }: Opening): Promise<Opened> {
  const key = randomBytes(16).toString("base64");
  const where = `${url.protocol}//${url.host}${url.pathname}`;
  return new Promise((resolve, reject) => {
    const asked = request({
      createConnection: () => socket,
      path: url.pathname + url.search,
      headers: {
        host: url.host,
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": key,
        "user-agent": "lastgood",
        ...(protocols.length > 0 && { "sec-websocket-protocol": protocols.join(", ") }),
        ...headers,
      },
      signal,
    });
    asked.once("error", (error) =>
      reject(notOpened(where, `was cut before it was open (${error.message.slice(0, 100)})`)),
    );
    asked.once("response", (answer) => {
      answer.destroy();
      reject(refusalOf(where, answer.statusCode ?? 0));
    });
    asked.once("upgrade", (answer, _socket, head) => {
      const wrong = wrongIn(answer, key, protocols);
      if (wrong !== null) reject(notOpened(where, wrong));
      else resolve({ protocol: answer.headers["sec-websocket-protocol"] ?? null, head });
    });
    asked.end();
  });
}

function wrongIn(answer: IncomingMessage, key: string, protocols: readonly string[]): string | null {
  if (
    answer.headers["sec-websocket-accept"] !==
    createHash("sha1")
      .update(key + guid)
      .digest("base64")
  )
    return "was answered by something that does not speak WebSocket";
  const protocol = answer.headers["sec-websocket-protocol"];
  if (protocol !== undefined && !protocols.includes(protocol))
    return "was answered with a protocol that nobody asked for";
  return null;
}

function refusalOf(where: string, status: number): Fault {
  if (status === 401 || status === 403)
    return new Fault(
      "permanent",
      "ACCESS_DENIED",
      `${where} refuses the WebSocket with status ${status}.`,
      "Check the secret of this target, and whether the server wants another Origin.",
    );
  return notOpened(where, `was answered with status ${status}`);
}

function notOpened(where: string, what: string): Fault {
  return new Fault(
    "transient",
    "NOT_OPENED",
    `The WebSocket of ${where} ${what}.`,
    "It is tried again within its limit; look at the service, and whether a proxy before it passes upgrades on.",
  );
}
