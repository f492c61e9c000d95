import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { declare, decide } from "./actions.ts";
import { readSituation } from "./read-situation.ts";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { ChoosePlaceScreen } from "#components/wizard/choose-place-screen.tsx";
import { SituationScreen } from "#components/wizard/situation-screen.tsx";
import { readPage } from "#lib/web/read-page.ts";

export const metadata: Metadata = { title: "Declare" };

type Asked = Record<string, string | string[] | undefined>;

export default async function DeclarePage({ searchParams }: { searchParams: Promise<Asked> }) {
  const asked = await searchParams;
  const one = (name: string) => [asked[name]].flat()[0];
  const service = one("service");
  const environment = one("environment");
  const read = await readPage((actor) =>
    readSituation(actor, { service, environment, incident: one("incident") }),
  );
  if (!read.ok) return <RefusedPage what="Declare an incident" problem={read.problem} />;
  const { data } = read;
  if (data.place === null) return <ChoosePlaceScreen places={data.places} />;
  if (!data.incident && (service === undefined || environment === undefined)) {
    // The address names what is chosen, so that a reload comes back to it whatever fails by then.
    redirect(
      `/declare?${new URLSearchParams({ service: data.place.service, environment: data.place.environment }).toString()}`,
    );
  }
  return (
    <SituationScreen
      key={`${data.place.service}/${data.place.environment}`}
      {...data}
      declare={declare}
      decide={decide}
    />
  );
}
