import "#e2e/fixtures/engine/own-data-folder.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { requestTogether, seedTogether, type Together } from "#e2e/fixtures/engine/seed-together.ts";
import { PlanBody, planSteps } from "#lib/domain/plan.ts";
import type { RequestMember } from "#lib/domain/rollback.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import type { Running } from "#lib/processes/run-process.ts";
import { startWorker } from "#lib/processes/worker.ts";

const { client } = await testDatabase();
const open: Together[] = [];
let worker: Running;

beforeAll(async () => {
  worker = await startWorker();
});
afterAll(() => worker.close());
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.targets.close()));
});

async function seed(): Promise<Together> {
  const together = await seedTogether();
  open.push(together);
  return together;
}
const row = (id: string) =>
  client.rollback.findUniqueOrThrow({
    where: { id },
    include: { steps: { orderBy: { position: "asc" } }, checklist: { orderBy: { position: "asc" } } },
  });
async function planned(together: Together, member?: Partial<RequestMember>): Promise<PlanBody> {
  const { plan } = await row(await requestTogether(client, together, member));
  return PlanBody.parse(JSON.parse(plan ?? "null"));
}
const untouched = { flips: 0, posts: 0, active: "green" };

describe("the plan of two services", () => {
  it("takes the one that needs the other first, each by its own procedure, and waits between them", async () => {
    const together = await seed();
    const { shop, billing, targets } = together;
    const plan = await planned(together);
    expect(plan).toMatchObject({ service: billing, lanes: [shop, billing], procedure: "quick-switch" });
    expect(plan.members).toMatchObject([
      {
        service: shop,
        from: "2.4.0",
        to: "2.3.0",
        scope: ["code"],
        procedure: "blue-green-switch",
        playbook: { id: "mvp-blue-green", version: plan.playbook.version },
        allow: [new URL(targets.urls[0] ?? "").host],
        because: `${shop} needs ${billing} >=2.4.0; 2.3.0 is not that.`,
      },
    ]);
    const execution = plan.phases.find((phase) => phase.id === "execution")?.steps ?? [];
    expect(execution.map((step) => step.key)).toEqual([
      `execution.${shop}.code.switch`,
      `execution.${shop}.code.verify-version`,
      `execution.${shop}.code.verify-health`,
      `execution.${shop}.code.verify-performance`,
      "execution.code.switch",
    ]);
    expect(execution.filter((step) => step.hold !== undefined)).toMatchObject([
      {
        key: "execution.code.switch",
        hold: `${shop} is back on 2.3.0 and verified. Next is ${billing}, 2.4.0 to 2.3.0.`,
      },
    ]);
    expect(await targets.effects()).toEqual([untouched, untouched]);
  });

  it("has no wait where nobody wanted one", async () => {
    const plan = await planned(await seed(), { hold: false });
    expect(planSteps(plan).filter((step) => step.hold !== undefined)).toEqual([]);
  });

  it("keeps each service's steps to its own addresses", async () => {
    const together = await seed();
    const plan = await planned(together);
    const [ofShop = "", ofBilling = ""] = together.targets.urls.map((url) => new URL(url).host);
    expect(plan.allow).toEqual([ofBilling]);
    expect(plan.members?.[0]?.allow).toEqual([ofShop]);
  });

  it("says on the checklist that they suit each other, because they did before", async () => {
    const together = await seed();
    const lists = await client.playbook.findFirstOrThrow({
      where: { id: "mvp-blue-green" },
      orderBy: { version: "desc" },
    });
    const version = lists.version + 1;
    const document = structuredClone(lists.document) as {
      checklists: { items: object[] }[];
      version: number;
    };
    document.version = version;
    document.checklists[0]?.items.push({
      id: "dependencies",
      kind: "automatic",
      check: "dependencies_compatible",
      title: "Dependencies",
      advice: "Take the others back too.",
      required: true,
      source: "Lastgood",
    });
    await client.playbook.create({ data: { ...lists, document, version } });
    const { checklist } = await row(await requestTogether(client, together));
    await client.playbook.deleteMany({ where: { version } });
    expect(checklist.find((item) => item.itemId === "dependencies")).toMatchObject({
      state: "done",
      evidence: `${together.shop} 2.3.0 and ${together.billing} 2.3.0 ran here together before.`,
    });
  });

  it("cannot be made while a target of one of them cannot be seen, and says whose it is", async () => {
    const together = await seed();
    await together.targets.servers[0]?.faults({ statusDown: true });
    const { plan, checklist } = await row(await requestTogether(client, together));
    expect(plan).toBeNull();
    expect(checklist[0]).toMatchObject({ itemId: "plan-made", state: "failed" });
    expect(checklist[0]?.evidence).toContain(`${together.shop}: `);
  });
});
