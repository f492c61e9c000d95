import net from "node:net";
import { ConfigurationFault } from "#lib/platform/configuration-fault.ts";
import type { Config } from "#lib/platform/config.ts";

/** Throws ConfigurationFault when a port that the product is to listen on cannot be had. */
export async function checkPorts({
  host,
  port,
  statusPort,
}: Pick<Config, "host" | "port" | "statusPort">): Promise<void> {
  await checkPort(host, port, "PORT");
  await checkPort(host, statusPort, "STATUS_PORT");
}

async function checkPort(host: string, port: number, variable: string): Promise<void> {
  const code = await new Promise<string | undefined>((resolve) => {
    const server = net.createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
  if (code === undefined) return;
  throw new ConfigurationFault(sentence(code, host, port, variable));
}

function sentence(code: string, host: string, port: number, variable: string): string {
  if (code === "EADDRINUSE") return `Port ${port} is already in use; set ${variable} to a free one.`;
  if (code === "EACCES") return `Port ${port} may only be used by root; set ${variable} to one above 1023.`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return `This machine has no address ${host}; set LASTGOOD_HOST to one of its own.`;
  }
  return `Port ${port} on ${host} cannot be used (${code}); set ${variable} to another one.`;
}
