import { ensureBuiltInPlaybooks } from "#lib/commands/playbook/ensure-built-in.ts";
import { Playbook, type PlaybookInput } from "#lib/domain/playbook.ts";
import { db } from "#lib/platform/db/client.ts";

type Authority = PlaybookInput["authority"];
type Rule = Authority["rules"][number];

let made = 0;

/** The blue-green playbook with other rules about authority. Gives its id. */
export async function playbookWith(
  rules: readonly Partial<Rule>[],
  emergency: Partial<Authority["emergency"]> = {},
): Promise<string> {
  await ensureBuiltInPlaybooks();
  made += 1;
  const id = `authority-${made}`;
  const { document } = await db().playbook.findFirstOrThrow({
    where: { id: "mvp-blue-green" },
    orderBy: { version: "desc" },
  });
  const blueGreen = Playbook.parse(document);
  const whole = rules.map((rule, index): Rule => ({
    id: `rule-${index}`,
    initiate: "operator",
    approvals: 1,
    ...(rule.approvals === 0 || rule.onCall ? {} : { roles: ["release_manager"] }),
    because: "The document says so.",
    source: "Lastgood",
    ...rule,
  }));
  const authority = { rules: whole, emergency: { ...blueGreen.authority.emergency, ...emergency } };
  const varied = Playbook.parse({ ...blueGreen, id, version: 1, authority });
  await db().playbook.create({
    data: { id, version: 1, title: id, source: "", document: varied, builtIn: false },
  });
  return id;
}
