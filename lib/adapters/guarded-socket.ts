import { connect as connectTcp, isIP } from "node:net";
import type { Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { TLSSocket } from "node:tls";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { withoutBrackets } from "#lib/adapters/host-name.ts";
import { Fault } from "#lib/domain/errors.ts";

type Way = Pick<AdapterContext<unknown>, "addresses" | "signal">;
type Place = { host: string; port: number; timeoutMs: number };

/**
 * Connects to an allowed host and port, to an address that was checked. The caller destroys the socket. Throws Fault:
 * `permanent` ADDRESS_REFUSED, `transient` NAME_NOT_FOUND, NO_CONNECTION, CANCELLED.
 */
export async function openSocket(way: Way, { host, port, timeoutMs }: Place): Promise<Socket> {
  const found = await way.addresses(host, port);
  const where = `${host}:${port}`;
  if (way.signal.aborted) throw cancelled(where);
  return opened(
    connectTcp({
      host: withoutBrackets(host),
      port,
      autoSelectFamily: true,
      lookup: (_name, _options, callback) => callback(null, found),
    }),
    "connect",
    where,
    way.signal,
    timeoutMs,
  );
}

/** Secures a socket of openSocket; the certificate must be valid for the host. Throws Fault as it, and `permanent` TLS_REFUSED. */
export async function secured(
  socket: Socket,
  way: Way,
  { host, port, timeoutMs, authority }: Place & { authority?: string | undefined },
): Promise<TLSSocket> {
  const name = withoutBrackets(host);
  const options = {
    socket,
    host: name,
    ...(isIP(name) === 0 && { servername: name }),
    ...(authority !== undefined && { ca: authority }),
  };
  return opened(connectTls(options), "secureConnect", `${host}:${port}`, way.signal, timeoutMs);
}

function opened<S extends Socket>(
  socket: S,
  event: "connect" | "secureConnect",
  where: string,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<S> {
  return new Promise((resolve, reject) => {
    const end = (fault: Fault): void => {
      settle();
      // Whatever it still has to say is of no interest.
      socket.on("error", () => undefined);
      socket.destroy();
      reject(fault);
    };
    const failed = (error: Error): void => end(connectionFault(where, error));
    const closed = (): void => end(connectionFault(where, new Error("closed")));
    const aborted = (): void => end(cancelled(where));
    const timer = setTimeout(
      () => end(noConnection(where, `was not made within ${timeoutMs} ms`)),
      timeoutMs,
    );
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", aborted);
      socket.off("error", failed).off("close", closed);
    };
    socket.once("error", failed).once("close", closed);
    signal.addEventListener("abort", aborted, { once: true });
    socket.once(event, () => {
      settle();
      resolve(socket);
    });
  });
}

const certificate = /CERT|ALTNAME|SELF_SIGNED|UNABLE_TO_|EPROTO|ERR_SSL|ERR_TLS/;

/** Names why a connection could not be made. */
function connectionFault(where: string, error: Error): Fault {
  const code = "code" in error && typeof error.code === "string" ? error.code : error.message.slice(0, 100);
  if (!certificate.test(code)) return noConnection(where, `was not possible (${code})`);
  const what = code === "CERT_HAS_EXPIRED" ? "its certificate has expired" : code;
  return new Fault(
    "permanent",
    "TLS_REFUSED",
    `No secure connection to ${where}: ${what}.`,
    "Check the certificate: expired, of another authority, or for another name.",
  );
}

function noConnection(where: string, what: string): Fault {
  return new Fault(
    "transient",
    "NO_CONNECTION",
    `A connection to ${where} ${what}.`,
    "Check that the target runs and listens there, and that the worker's machine can reach it.",
  );
}

function cancelled(where: string): Fault {
  return new Fault(
    "transient",
    "CANCELLED",
    `The connection to ${where} was cancelled.`,
    "It only looks; run it again.",
  );
}
