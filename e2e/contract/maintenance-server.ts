import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export type MaintenanceFaults = {
  /** The connection is cut before or after it acts. */
  cut?: "before" | "after";
  /** Answered to calls that would change something, which then does not happen. */
  refuse?: number;
  /** Held until `release`, then it acts. */
  hold?: boolean;
  /** The status page answers this instead. */
  status?: { status: number; body: string };
};

export type MaintenanceServer = {
  url: string;
  address: string;
  isOn: () => boolean;
  /** How often the mode was really changed to each side, and how often it was asked to. */
  counts: () => { on: number; off: number; asked: number };
  asked: (times: number) => Promise<void>;
  set: (isOn: boolean) => void;
  faults: (faults: MaintenanceFaults) => void;
  release: () => void;
  stop: () => Promise<void>;
};

/** Enable, disable and a status, as the v2-platform document names them, and a page that answers 503 meanwhile. */
export async function startMaintenance(token: string | null = null): Promise<MaintenanceServer> {
  let isOn = false;
  let faults: MaintenanceFaults = {};
  let held: (() => void)[] = [];
  const counts = { on: 0, off: 0, asked: 0 };
  const waiting = new Set<() => void>();
  const turn = (to: boolean): void => {
    if (isOn !== to) counts[to ? "on" : "off"] += 1;
    isOn = to;
  };
  /** Null: the connection is cut. */
  const answer = async (request: IncomingMessage): Promise<[number, unknown] | null> => {
    const path = request.url ?? "";
    if (path === "/") return isOn ? [503, "Back soon"] : [200, "Welcome"];
    if (token !== null && request.headers.authorization !== `Bearer ${token}`)
      return [401, `no: ${request.headers.authorization ?? "nothing"}`];
    if (path === "/admin/maintenance")
      return faults.status ? [faults.status.status, faults.status.body] : [200, { maintenance: isOn }];
    if (request.method !== "POST") return [405, {}];
    counts.asked += 1;
    for (const done of waiting) done();
    const wanted = path === "/admin/maintenance/enable";
    if (!wanted && path !== "/admin/maintenance/disable") return [404, {}];
    const now = faults;
    if (now.refuse !== undefined) return [now.refuse, { error: "not now" }];
    if (now.cut === "before") return null;
    if (now.hold === true) await new Promise<void>((resolve) => held.push(resolve));
    turn(wanted);
    return now.cut === "after" ? null : [200, { maintenance: isOn }];
  };
  const server = createServer((request, response) => {
    void answer(request).then((given) => {
      if (given === null) {
        request.socket.destroy();
        return;
      }
      const [status, body] = given;
      response.writeHead(status, { "content-type": "application/json" });
      response.end(typeof body === "string" ? body : JSON.stringify(body));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    address: `127.0.0.1:${port}`,
    isOn: () => isOn,
    counts: () => ({ ...counts }),
    asked: (times) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (counts.asked < times) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    set: (to) => {
      isOn = to;
    },
    faults: (next) => {
      faults = next;
    },
    release: () => {
      for (const go of held) go();
      held = [];
    },
    stop: async () => {
      for (const go of held) go();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
