import { resolve } from "node:path";
import { breakSandbox } from "./break-sandbox.ts";

const dataDir = resolve(process.argv[2] ?? process.env["SANDBOX_DATA"] ?? ".lastgood/sandbox");
try {
  const { changed, version, url } = await breakSandbox(dataDir);
  console.log(
    changed ? `shop-checkout runs ${version} again: ${url}` : `shop-checkout runs ${version} already: ${url}`,
  );
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
