import net from "node:net";
import { describe, expect, it } from "vitest";
import { checkPorts } from "#lib/processes/up-ports.ts";

const listening = async (): Promise<{ port: number; server: net.Server }> => {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("A TCP server has a port.");
  return { port: address.port, server };
};

describe("the ports", () => {
  it("are named with their variable when another program has them", async () => {
    const taken = await listening();
    const spare = await listening();
    spare.server.close();
    const host = "127.0.0.1";
    await expect(checkPorts({ host, port: taken.port, statusPort: spare.port })).rejects.toThrow(
      `Port ${taken.port} is already in use; set PORT to a free one.`,
    );
    await expect(checkPorts({ host, port: spare.port, statusPort: taken.port })).rejects.toThrow(
      `Port ${taken.port} is already in use; set STATUS_PORT to a free one.`,
    );
    taken.server.close();
  });

  it("need an address of this machine", async () => {
    await expect(checkPorts({ host: "192.0.2.1", port: 1, statusPort: 2 })).rejects.toThrow(
      "This machine has no address 192.0.2.1; set LASTGOOD_HOST",
    );
  });
});
