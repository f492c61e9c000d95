import { readOpenWork } from "../read-open-work.ts";
import type { Actor } from "#lib/domain/actor.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { getIncident } from "#lib/queries/incident/get.ts";
import { getPlaybook } from "#lib/queries/playbook/get.ts";
import { declarablePlaces, type DeclarablePlace } from "#lib/queries/service/declarable.ts";
import { getService } from "#lib/queries/service/get.ts";
import { measuredFacts } from "#lib/queries/signal/measured-facts.ts";

type Asked = {
  service: string | undefined;
  environment: string | undefined;
  incident: string | undefined;
};

/** What step 1 shows: where one can declare, and for the place in question its playbook and what is measured there. */
export async function readSituation(actor: Actor, asked: Asked) {
  const incident = asked.incident === undefined ? null : await getIncident(actor, asked.incident);
  const [places, work] = await Promise.all([declarablePlaces(actor), readOpenWork()]);
  const place = incident ? placeAt(places, incident.service, incident.environment) : choose(places, asked);
  if (place === null) return { places, place };
  const { playbook: id } = await getService(actor, place.service);
  const [playbook, measured] = await Promise.all([
    incident ? getPlaybook(actor, incident.playbook.id, incident.playbook.version) : getPlaybook(actor, id),
    measuredFacts(actor, place.service, place.environment),
  ]);
  const { yaml: _, builtIn: __, versions: ___, usedBy: ____, ...document } = playbook;
  const open = work.ok
    ? work.data.incidents.items.filter(
        (one) => one.service === place.service && one.environment === place.environment,
      )
    : [];
  return {
    places,
    place,
    playbook: document,
    measured,
    openedAt: new Date().toISOString(),
    suggestion: suggestionFor(place),
    open: open.map(({ number, title }) => ({ number, title })),
    incident,
  };
}

function choose(places: readonly DeclarablePlace[], { service, environment }: Asked): DeclarablePlace | null {
  if (service !== undefined) {
    const within = places.find(
      (one) => one.service === service && (environment === undefined || one.environment === environment),
    );
    if (!within) throw new Refusal("NOT_FOUND", "There is no such service and environment.");
    return within;
  }
  const [first] = places;
  if (first === undefined) return null;
  return places.length === 1 || (first.crossed?.length ?? 0) > 0 ? first : null;
}

function placeAt(places: readonly DeclarablePlace[], service: string, environment: string): DeclarablePlace {
  const place = places.find((one) => one.service === service && one.environment === environment);
  if (!place) throw new Refusal("NOT_FOUND", "There is no such service and environment.");
  return place;
}

/** A title to start from where something measured fails: what people would notice, without a figure. */
function suggestionFor(place: DeclarablePlace): string {
  const worst = place.crossed?.[0];
  return worst ? `${place.serviceName}: ${worst.title.toLowerCase()}` : "";
}
