import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { Agent, request } from "undici";
import type { Cluster } from "#e2e/targets/kubernetes/cluster.ts";

/** Stands between the adapter and the API server, and does harm at chosen moments. */
export type Meddler = {
  address: string;
  kubeconfig: string;
  /** Before the next write is passed on. */
  beforeWrite: (() => Promise<void>) | null;
  /** The next write is passed on, and its answer is not. */
  losesAnswer: boolean;
  /** The next write is lost with its connection. */
  losesWrite: boolean;
  /** From then on every connection is cut. */
  isGoneAfterWrite: boolean;
  /** Answers everything with this. */
  answers: { status: number; body: string | (() => Iterable<string>) } | null;
  stop: () => Promise<void>;
};

export async function startMeddler(cluster: Cluster): Promise<Meddler> {
  const agent = new Agent({ connect: { rejectUnauthorized: false } });
  let isGone = false;
  const meddler: Meddler = {
    address: "",
    kubeconfig: "",
    beforeWrite: null,
    losesAnswer: false,
    losesWrite: false,
    isGoneAfterWrite: false,
    answers: null,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await agent.close();
    },
  };
  const pass = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await buffer(incoming);
    if (meddler.answers !== null) {
      const { status, body: text } = meddler.answers;
      outgoing.writeHead(status, { "content-type": "application/json" });
      for (const part of typeof text === "string" ? [text] : text()) {
        if (outgoing.destroyed) return;
        if (!outgoing.write(part)) await Promise.race([once(outgoing, "drain"), once(outgoing, "close")]);
      }
      outgoing.end();
      return;
    }
    const isWrite = incoming.method === "PATCH" || incoming.method === "DELETE";
    if (isGone) return void incoming.socket.destroy();
    if (isWrite) {
      const before = meddler.beforeWrite;
      meddler.beforeWrite = null;
      await before?.();
    }
    if (isWrite && meddler.losesWrite) {
      meddler.losesWrite = false;
      isGone = meddler.isGoneAfterWrite;
      return void incoming.socket.destroy();
    }
    const { host: _host, connection: _connection, ...headers } = incoming.headers;
    const answer = await request(`https://${cluster.address}${incoming.url ?? ""}`, {
      method: incoming.method as "GET",
      headers: headers as Record<string, string>,
      body: body.length === 0 ? null : body,
      dispatcher: agent,
    });
    const text = await answer.body.text();
    if (isWrite && meddler.losesAnswer) {
      meddler.losesAnswer = false;
      isGone = meddler.isGoneAfterWrite;
      return void incoming.socket.destroy();
    }
    outgoing.writeHead(answer.statusCode, { "content-type": "application/json" }).end(text);
  };
  const server = createServer((incoming, outgoing) => {
    pass(incoming, outgoing).catch(() => incoming.socket.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  meddler.address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  meddler.kubeconfig = cluster.kubeconfig("admin", (text) =>
    text.replace(`https://${cluster.address}`, `http://${meddler.address}`),
  );
  return meddler;
}
