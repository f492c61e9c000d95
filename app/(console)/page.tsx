import type { Metadata } from "next";
import { readOpenWork } from "./read-open-work.ts";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { HomeScreen } from "#components/home/home-screen.tsx";
import { homeOverview } from "#lib/queries/home/overview.ts";
import { readPage } from "#lib/web/read-page.ts";

export const metadata: Metadata = { title: "Home" };

export default async function HomePage() {
  const [work, overview] = await Promise.all([readOpenWork(), readPage(homeOverview)]);
  if (!work.ok) return <RefusedPage what="Home" problem={work.problem} />;
  if (!overview.ok) return <RefusedPage what="Home" problem={overview.problem} />;
  return <HomeScreen work={work.data} {...overview.data} />;
}
