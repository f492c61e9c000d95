import type { Metadata } from "next";
import { add, follow, judge, look, quarantine, release } from "./actions.ts";
import { readService } from "./read-service.ts";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { ServiceScreen } from "#components/service/service-screen.tsx";
import { readPage } from "#lib/web/read-page.ts";
import { textOf, type SearchParams } from "#lib/web/search-params.ts";

type Props = { params: Promise<{ id: string }>; searchParams: SearchParams };

async function read({ params, searchParams }: Props) {
  const [{ id }, asked] = await Promise.all([params, searchParams]);
  return readPage((actor) => readService(actor, id, textOf(asked["environment"]), textOf(asked["cursor"])));
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  const { id } = await props.params;
  const environment = textOf((await props.searchParams)["environment"]);
  return { title: environment === null ? id : `${id} in ${environment}` };
}

export default async function ServicePage(props: Props) {
  const answer = await read(props);
  if (!answer.ok) return <RefusedPage what="Service" problem={answer.problem} />;
  const { data } = answer;
  return (
    <ServiceScreen
      key={`${data.service.id} ${data.environment}`}
      data={data}
      actions={{ add, follow, judge, look, quarantine, release }}
    />
  );
}
