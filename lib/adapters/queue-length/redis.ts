import { readFile } from "node:fs/promises";
import type { Socket } from "node:net";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { excerpt } from "#lib/adapters/evidence.ts";
import { openSocket, secured } from "#lib/adapters/guarded-socket.ts";
import type { Length, Settings } from "#lib/adapters/queue-length/schema.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;

const longestReply = 64 * 1024;

/** The lengths of lists, by LLEN; a list that is not there is empty. Throws Fault. */
export async function redisLengths(ctx: Context): Promise<Length[]> {
  const { address, user, queues, caFile, timeoutMs } = ctx.settings;
  const url = new URL(address);
  const place = { host: url.hostname, port: url.port === "" ? 6379 : Number(url.port), timeoutMs };
  const plain = await openSocket(ctx, place);
  try {
    const authority = caFile === undefined ? undefined : await readFile(caFile, "utf8");
    const socket = url.protocol === "rediss:" ? await secured(plain, ctx, { ...place, authority }) : plain;
    const ask = conversation(ctx, socket);
    const password = ctx.secrets["password"];
    if (password !== undefined) await ask(["AUTH", ...(user === undefined ? [] : [user]), password]);
    const database = url.pathname.replace("/", "");
    if (database !== "" && database !== "0") await ask(["SELECT", database]);
    const lengthOf = async (queue: string): Promise<number> => {
      const said = await ask(["LLEN", queue]);
      if (/^\d{1,15}$/.test(said)) return Number(said);
      throw refused(ctx.settings, ["LLEN", queue], excerpt(ctx.redact(said)));
    };
    const found: Length[] = [];
    for (const queue of queues) found.push({ queue, waiting: await lengthOf(queue) });
    return found;
  } finally {
    plain.destroy();
  }
}

/** One command after the other in Redis's own protocol (RESP 2), of whose replies only lines are needed. */
function conversation(
  { settings, signal, redact }: Context,
  socket: Socket,
): (command: string[]) => Promise<string> {
  let received = "";
  socket.setEncoding("latin1");
  return (command) =>
    new Promise((resolve, reject) => {
      const end = (act: () => void): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", aborted);
        socket.off("data", data).off("error", lost).off("close", lost);
        act();
      };
      const fail = (fault: Fault): void => end(() => reject(fault));
      const lost = (): void => fail(silent(settings, "closed the connection"));
      const aborted = (): void =>
        fail(
          new Fault(
            "transient",
            "CANCELLED",
            "Stopped while Redis was asked.",
            "It only looks; run it again.",
          ),
        );
      const timer = setTimeout(
        () => fail(silent(settings, `did not answer within ${settings.timeoutMs} ms`)),
        settings.timeoutMs,
      );
      const data = (chunk: string): void => {
        received += chunk;
        const at = received.indexOf("\r\n");
        if (at === -1 && received.length <= longestReply) return;
        const line = received.slice(0, at === -1 ? 0 : at);
        received = received.slice(at + 2);
        if (/^:\d+$|^\+/.test(line)) end(() => resolve(line.slice(1)));
        else fail(refused(settings, command, excerpt(redact(line))));
      };
      socket.on("data", data).once("error", lost).once("close", lost);
      signal.addEventListener("abort", aborted, { once: true });
      if (signal.aborted) {
        aborted();
        return;
      }
      const words = command.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
      socket.write(`*${command.length}\r\n${words.join("")}`);
    });
}

function silent({ address }: Settings, what: string): Fault {
  return new Fault(
    "transient",
    "NO_ANSWER",
    `Redis at ${address} ${what}.`,
    "It is asked again within the limit of the step; see whether it is overloaded or speaks TLS alone.",
  );
}

function refused({ address }: Settings, [verb = "", name = ""]: string[], said: string): Fault {
  if (/^-(?:WRONGPASS|NOAUTH|ERR invalid password|ERR AUTH)/.test(said))
    return new Fault(
      "permanent",
      "CREDENTIALS_REFUSED",
      `Redis at ${address} refuses: ${said}`,
      "Correct the secret `password`, or the user, of this target.",
    );
  if (said.startsWith("-NOPERM"))
    return new Fault(
      "permanent",
      "PERMISSION_MISSING",
      `Redis at ${address} refuses ${verb}: ${said}`,
      "Let that user run LLEN on those keys.",
    );
  if (said.startsWith("-WRONGTYPE"))
    return new Fault(
      "permanent",
      "NOT_A_QUEUE",
      `${name} is there in Redis, and is no list.`,
      "Correct queues or the number of the database in the settings.",
    );
  if (/^-(?:LOADING|BUSY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|ERR max number of clients)/.test(said))
    return new Fault("transient", "NOT_READY", `Redis at ${address} says: ${said}`, "It is asked again.");
  return new Fault(
    "permanent",
    "UNEXPECTED_ANSWER",
    `${address} answered ${verb} with: ${said || "something that is no reply of Redis"}`,
    "See whether Redis listens there.",
  );
}
