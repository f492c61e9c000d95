import { expect, it } from "vitest";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { serviceReadiness } from "#lib/queries/service/readiness.ts";
import { measuredFacts } from "#lib/queries/signal/measured-facts.ts";
import { person } from "../../../prisma/factories/people.ts";
import { service } from "../../../prisma/factories/service.ts";

await testDatabase();

it.each([serviceReadiness, measuredFacts])(
  "whoever may not read a service does not learn its name by asking for an environment that it lacks",
  async (ask) => {
    const id = await service({ system: "bank" });
    const outsider = await person("admin", "shop");
    const [asked, invented] = await Promise.all(
      [id, "no-such-service"].map((name) => ask(outsider, name, "nowhere").catch((error: unknown) => error)),
    );
    expect(asked).toMatchObject({ code: "NOT_FOUND", message: (invented as Error).message });
  },
);
