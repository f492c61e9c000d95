import { z } from "zod";
import { AbsolutePath } from "#lib/adapters/absolute-path.ts";
import { BackendAddress, trafficSettings } from "#lib/adapters/traffic-settings.ts";

export const Settings = z
  .strictObject({
    socket: AbsolutePath.optional().describe("The runtime socket on the worker's machine, with level admin"),
    tcp: BackendAddress.optional().describe("The runtime socket over TCP, host:port, instead of a file"),
    backend: z
      .string()
      .max(100)
      .regex(/^[A-Za-z0-9_.:-]+$/)
      .describe("Name of the backend whose servers are switched"),
    stateFile: AbsolutePath.optional().describe(
      "The server-state-file that HAProxy loads when it starts. It is written after each change, so that a reload keeps it",
    ),
    ...trafficSettings,
  })
  .refine(({ socket, tcp }) => (socket === undefined) !== (tcp === undefined), {
    path: ["socket"],
    message: "Give either socket or tcp.",
  });
export type Settings = z.output<typeof Settings>;
