"use client";

import { clsx } from "clsx";
import { CircleCheck, CircleHelp, OctagonAlert } from "lucide-react";
import { EnvironmentMark } from "#components/ui/environment-mark.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import type { FactValue, Severity } from "#lib/domain/incident.ts";

/** A service in an environment, with what its signals say now. */
export type Place = {
  service: string;
  serviceName: string;
  environment: string;
  protected: boolean;
  current: string | null;
  /** Thresholds of triggers that are crossed, the worst first; null: nothing measured. */
  crossed:
    readonly { id: string; title: string; severity: Severity; value: FactValue; unit: string }[] | null;
  mayDeclare: boolean;
};

export const placeKey = (place: Pick<Place, "service" | "environment">) =>
  `${place.service}/${place.environment}`;

/** How many rows can be taken in; what is beyond and does not fail stands in a list. */
const fewPlaces = 6;

/** Where it happens: what fails right now stands first, so that the first row is mostly the right one. */
export function PlaceChoice({
  places,
  chosen,
  onChoose,
}: {
  places: readonly Place[];
  chosen: Place | null;
  onChoose: (place: Place) => void;
}) {
  const isFew = places.length <= fewPlaces;
  const shown = places.filter((place, index) => isFew || (index < fewPlaces && isFailing(place)));
  const listed = chosen && !shown.includes(chosen) ? [...shown, chosen] : shown;
  return (
    <fieldset className="grid min-w-0 grid-cols-1 gap-3">
      <legend className="sr-only">Service and environment</legend>
      {listed.length > 0 && (
        <div>
          {listed.map((place) => (
            <PlaceRow
              key={placeKey(place)}
              place={place}
              isChosen={chosen !== null && placeKey(chosen) === placeKey(place)}
              onChoose={() => onChoose(place)}
            />
          ))}
        </div>
      )}
      {!isFew && (
        <Field label={listed.length > 0 ? "Somewhere else" : "Service and environment"}>
          {(control) => (
            <Select
              {...control}
              className="max-w-md"
              value=""
              placeholder="Choose a service and environment"
              choices={places.map((place) => ({
                value: placeKey(place),
                label: `${place.serviceName} · ${place.environment}`,
              }))}
              onChange={(event) => {
                const place = places.find((one) => placeKey(one) === event.target.value);
                if (place) onChoose(place);
              }}
            />
          )}
        </Field>
      )}
    </fieldset>
  );
}

const isFailing = (place: Place) => place.crossed !== null && place.crossed.length > 0;

function PlaceRow({ place, isChosen, onChoose }: { place: Place; isChosen: boolean; onChoose: () => void }) {
  const isBad = isFailing(place);
  return (
    <label
      className={clsx(
        "relative grid min-h-control grid-cols-[1.75rem_minmax(0,1fr)] items-center gap-x-2 border-b border-line-faint py-2 pl-3",
        "has-focus-visible:outline-2 has-focus-visible:-outline-offset-2 has-focus-visible:outline-line-focus",
        isChosen ? "bg-surface-panel" : "hover:bg-surface-panel",
      )}
    >
      {isChosen && <span aria-hidden className="absolute inset-y-0 left-0 w-1 bg-ink" />}
      <input
        type="radio"
        name="place"
        value={placeKey(place)}
        checked={isChosen}
        onChange={onChoose}
        className="size-4.5 accent-current outline-none pointer-coarse:size-6"
      />
      <span className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
        <span className={clsx("text-16", isChosen ? "font-strong" : "font-medium")}>{place.serviceName}</span>
        <EnvironmentMark environment={{ name: place.environment, isProtected: place.protected }} quiet />
        {place.current && <span className="figures text-12 text-secondary">{place.current}</span>}
        <span
          className={clsx(
            "flex min-w-0 items-center gap-1.5 sm:ml-auto sm:pr-3",
            isBad ? "text-state-danger-text" : "text-12 text-faint",
          )}
        >
          {isBad ? (
            <OctagonAlert aria-hidden className="size-4 shrink-0" />
          ) : place.crossed === null ? (
            <CircleHelp aria-hidden className="size-3.5 shrink-0" />
          ) : (
            <CircleCheck aria-hidden className="size-3.5 shrink-0" />
          )}
          {place.crossed === null ? "No signal" : isBad ? crossedWords(place.crossed) : "Within its limits"}
        </span>
      </span>
    </label>
  );
}

function crossedWords(crossed: NonNullable<Place["crossed"]>): string {
  return crossed.map(({ title, value, unit }) => `${title} ${String(value)} ${unit}`.trim()).join(", ");
}
