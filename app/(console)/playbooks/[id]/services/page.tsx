import type { Metadata } from "next";
import { assign } from "../../actions.ts";
import { headOf } from "../../head-of.ts";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { ServicesScreen } from "#components/playbook/services-screen.tsx";
import { getPlaybook } from "#lib/queries/playbook/get.ts";
import { playbookOverview } from "#lib/queries/playbook/overview.ts";
import { playbookServices } from "#lib/queries/playbook/services.ts";
import { readPage } from "#lib/web/read-page.ts";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Services of ${(await params).id}` };
}

export default async function PlaybookServicesPage({ params }: Props) {
  const { id } = await params;
  const read = await readPage(async (actor) => {
    const [playbook, services, all] = await Promise.all([
      getPlaybook(actor, id),
      playbookServices(actor, id),
      playbookOverview(actor),
    ]);
    return {
      head: headOf(playbook),
      services: services.items,
      titles: Object.fromEntries(all.map((one) => [one.id, one.title])),
    };
  });
  if (!read.ok) return <RefusedPage what="Services of a playbook" problem={read.problem} />;
  return <ServicesScreen {...read.data} assign={assign} />;
}
