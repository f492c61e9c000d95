import { flushCompileCache } from "node:module";
import { followParentByStdin } from "./follow-parent.ts";
import { readSandboxPorts } from "./ports.ts";

const [role, dataDir = ""] = process.argv.slice(2);

// Each role loads only what it needs; the proxy has no use for a database driver.
const loadProxy = () => import("./run-proxy.ts");
const loadVersion = () => import("./run-version.ts");
const loadNeighbours = () => import("./run-neighbours.ts");

const run = async (): Promise<void> => {
  const ports = readSandboxPorts(dataDir);
  if (!ports) throw new Error(`There is no sandbox in ${dataDir}.`);
  switch (role) {
    case "proxy":
      return (await loadProxy()).runProxy(ports, dataDir);
    case "blue":
    case "green":
      return (await loadVersion()).runVersion(role, ports, dataDir, process.env["SANDBOX_DATABASE_URL"]);
    case "neighbours":
      return (await loadNeighbours()).runNeighbours(ports, dataDir);
    default:
      throw new Error(`There is no role ${role ?? ""}.`);
  }
};

if (role === "warm") {
  await Promise.all([loadProxy(), loadVersion(), loadNeighbours()]);
} else {
  followParentByStdin(() => process.exit(0));
  process.once("SIGTERM", () => process.exit(0));
  // Ctrl-C reaches the whole group; the supervisor decides the order.
  process.on("SIGINT", () => undefined);
  await run();
}
// A child ends by a signal, which would lose what it compiled.
flushCompileCache();
