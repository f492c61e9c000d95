import type { UserActor } from "#lib/domain/actor.ts";
import { openDebts, type Debt } from "#lib/queries/home/debts.ts";
import { listReadiness, type PlaceReadiness } from "#lib/queries/service/readiness-list.ts";

export type HomeView = { reviews: Debt[]; readiness: PlaceReadiness[] };

/** What the home screen shows below what is going on: what one owes, and whether one could roll back. */
export async function homeOverview(actor: UserActor): Promise<HomeView> {
  const [readiness, reviews] = await Promise.all([listReadiness(actor), openDebts(actor, new Date())]);
  return { reviews, readiness };
}
