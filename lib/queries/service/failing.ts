import type { Actor } from "#lib/domain/actor.ts";
import { declarablePlaces, type DeclarablePlace } from "#lib/queries/service/declarable.ts";

export type FailingPlace = DeclarablePlace & { crossed: NonNullable<DeclarablePlace["crossed"]> };

/** Where a trigger's threshold is crossed right now, the worst first. */
export async function failingPlaces(actor: Actor): Promise<{ items: FailingPlace[] }> {
  const places = await declarablePlaces(actor);
  return {
    items: places.flatMap((place) =>
      place.crossed !== null && place.crossed.length > 0 ? [{ ...place, crossed: place.crossed }] : [],
    ),
  };
}
