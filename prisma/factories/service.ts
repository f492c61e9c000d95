import { reportDeployment } from "#lib/commands/deployment/report.ts";
import { ensureBuiltInPlaybooks } from "#lib/commands/playbook/ensure-built-in.ts";
import { registerService } from "#lib/commands/service/register.ts";
import { setup } from "./people.ts";

type Options = {
  system?: string;
  playbook?: string;
  /** Base address of a blue-green deployment API. */
  url?: string;
  /** Oldest first; a version that ends in "!" is not known good. */
  history?: readonly string[];
};

let made = 0;

/** A service, on the blue-green playbook unless told otherwise, with a protected `production` and an unprotected `staging`. Gives its id. */
export async function service({
  system = "shop",
  playbook = "mvp-blue-green",
  url = "http://127.0.0.1:9",
  history,
}: Options = {}): Promise<string> {
  await ensureBuiltInPlaybooks();
  made += 1;
  const id = `service-${made}`;
  const allow = [new URL(url).host];
  const targets = [{ component: "code" as const, adapter: "http-blue-green", settings: { url } }];
  await registerService(setup, {
    id,
    name: `Service ${made}`,
    system,
    owner: "Shop team",
    playbook,
    environments: [
      { name: "production", protected: true, allow, targets },
      { name: "staging", protected: false, allow, targets },
    ],
  });
  const versions = history ?? ["2.2.0", "2.3.0", "2.4.0!"];
  for (const environment of ["production", "staging"]) {
    for (const [index, version] of versions.entries()) {
      await reportDeployment(setup, {
        service: id,
        environment,
        version: version.replace("!", ""),
        knownGood: !version.endsWith("!"),
        deployedAt: new Date(Date.now() - (versions.length - index) * 3_600_000).toISOString(),
        strategy: "blue-green",
      });
    }
  }
  return id;
}
