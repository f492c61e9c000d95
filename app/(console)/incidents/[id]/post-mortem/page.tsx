import type { Metadata } from "next";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { PostMortemScreen } from "#components/report/post-mortem-screen.tsx";
import { postMortemMarkdown } from "#lib/domain/report-post-mortem.ts";
import { getPostMortem } from "#lib/queries/incident/post-mortem.ts";
import { readPage } from "#lib/web/read-page.ts";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Post-mortem ${(await params).id}` };
}

export default async function PostMortemPage({ params }: Props) {
  const { id } = await params;
  const read = await readPage((actor) => getPostMortem(actor, id));
  if (!read.ok) return <RefusedPage what="Post-mortem" problem={read.problem} />;
  return <PostMortemScreen draft={read.data} markdown={postMortemMarkdown(read.data)} />;
}
