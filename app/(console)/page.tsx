import type { Metadata } from "next";
import { readOpenWork } from "./read-open-work.ts";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { HomeScreen } from "#components/home/home-screen.tsx";
import { failingPlaces } from "#lib/queries/service/failing.ts";
import { homeOverview } from "#lib/queries/home/overview.ts";
import { readPage } from "#lib/web/read-page.ts";

export const metadata: Metadata = { title: "Home" };

export default async function HomePage() {
  const [work, overview, failing] = await Promise.all([
    readOpenWork(),
    readPage(homeOverview),
    readPage(failingPlaces),
  ]);
  if (!work.ok) return <RefusedPage what="Home" problem={work.problem} />;
  if (!overview.ok) return <RefusedPage what="Home" problem={overview.problem} />;
  if (!failing.ok) return <RefusedPage what="Home" problem={failing.problem} />;
  return <HomeScreen work={work.data} failing={failing.data.items} {...overview.data} />;
}
