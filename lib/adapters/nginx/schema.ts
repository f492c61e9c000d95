import { z } from "zod";
import { AbsolutePath } from "#lib/adapters/absolute-path.ts";
import { BackendAddress, BackendName, trafficSettings } from "#lib/adapters/traffic-settings.ts";

export const Settings = z.strictObject({
  includeFile: AbsolutePath.describe(
    "The file with the upstream block, which the configuration includes. Every backend has a server line in it; those that get no traffic are marked down",
  ),
  upstream: z
    .string()
    .max(100)
    .regex(/^[A-Za-z0-9_.-]+$/)
    .describe("Name of the upstream in that file"),
  backends: z
    .record(BackendName, BackendAddress)
    .refine((all) => Object.keys(all).length > 0, "Name at least one backend.")
    .describe("What people call each backend, with its host:port as the server line has it"),
  configFile: AbsolutePath.default("/etc/nginx/nginx.conf").describe(
    "The main configuration, tested before nginx reads it",
  ),
  pidFile: AbsolutePath.default("/run/nginx.pid").describe(
    "Process id of the master process, which gets the signal",
  ),
  prefix: AbsolutePath.optional().describe(
    "The folder that relative paths in the configuration begin at (nginx -p)",
  ),
  nginx: AbsolutePath.optional().describe("The nginx program; found on PATH otherwise"),
  ...trafficSettings,
});
export type Settings = z.output<typeof Settings>;
