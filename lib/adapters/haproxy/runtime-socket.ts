import { connect } from "node:net";
import type { Socket } from "node:net";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { excerpt } from "#lib/adapters/evidence.ts";
import type { Settings } from "#lib/adapters/haproxy/schema.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;
const mostBytes = 8 * 1024 * 1024;

/** One command of the runtime API, and what was answered. Throws Fault. */
export async function runtime(ctx: Context, command: string): Promise<string> {
  const socket = await open(ctx);
  const answer = await exchange(ctx, socket, command);
  if (/^Permission denied/m.test(answer))
    throw new Fault(
      "permanent",
      "NOT_PERMITTED",
      `HAProxy does not permit “${command}” on this socket.`,
      "Give the socket level admin: stats socket … level admin.",
    );
  if (/^Unknown command|^Can't find backend|^No such (?:backend|server)|^Invalid /m.test(answer))
    throw new Fault(
      "permanent",
      "HAPROXY_REFUSES",
      `HAProxy answered “${command}” with: ${excerpt(answer)}`,
      "Check the names in the settings; nothing was changed by this command.",
    );
  return answer;
}

async function open(ctx: Context): Promise<Socket> {
  const { socket: file, tcp = "" } = ctx.settings;
  if (file !== undefined) return connect({ path: file });
  const at = tcp.lastIndexOf(":");
  const [host, port] = [tcp.slice(0, at), Number(tcp.slice(at + 1))];
  const found = await ctx.addresses(host, port);
  return connect({
    host: host.replace(/^\[|\]$/g, ""),
    port,
    autoSelectFamily: true,
    lookup: (_name, _options, callback) => callback(null, found),
  });
}

function exchange(ctx: Context, socket: Socket, command: string): Promise<string> {
  const { settings, signal } = ctx;
  const where = settings.socket ?? settings.tcp ?? "";
  const isLook = command.startsWith("show ");
  return new Promise((resolve, reject) => {
    let text = "";
    let isConnected = false;
    const end = (fault: Fault | null): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", aborted);
      socket.destroy();
      if (fault === null) resolve(text);
      else reject(fault);
    };
    // Each command names the state that is wanted, so asking again is safe whatever became of it.
    const passing = (code: string, message: string): Fault =>
      new Fault(
        "transient",
        code,
        `${where}: ${message}.`,
        `Look whether HAProxy runs and answers there.${isLook ? "" : " The change is asked for again."}`,
      );
    const timer = setTimeout(
      () => end(passing("NO_ANSWER", `no answer within ${settings.timeoutMs} ms`)),
      settings.timeoutMs,
    );
    const aborted = (): void => end(passing("CANCELLED", "stopped"));
    signal.addEventListener("abort", aborted, { once: true });
    if (signal.aborted) aborted();
    socket.setEncoding("utf8");
    socket.once("connect", () => {
      isConnected = true;
      socket.write(`${command}\n`);
    });
    socket.on("data", (chunk: string) => {
      text += chunk;
      if (text.length > mostBytes)
        end(
          new Fault(
            "permanent",
            "TOO_MUCH_OUTPUT",
            `${where} answered more than 8 MiB.`,
            "Check what listens there.",
          ),
        );
    });
    socket.once("error", (error: Error & { code?: string }) => {
      const code = error.code ?? error.name;
      if (code === "EACCES" || code === "EPERM")
        end(
          new Fault(
            "permanent",
            "NOT_PERMITTED",
            `${where} may not be opened by the worker (${code}).`,
            "Give the worker's user access to the socket file: stats socket … mode 660 group …",
          ),
        );
      else
        end(passing("NO_CONNECTION", `${isConnected ? "the connection broke" : "nobody listens"} (${code})`));
    });
    socket.once("close", () => end(text === "" ? passing("NO_ANSWER", "closed without an answer") : null));
  });
}
