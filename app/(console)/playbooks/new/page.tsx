import type { Metadata } from "next";
import { add, compare } from "../actions.ts";
import { readStart } from "./read-start.ts";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { StartScreen } from "#components/playbook/start-screen.tsx";
import { WriteScreen } from "#components/playbook/write-screen.tsx";
import { readPage } from "#lib/web/read-page.ts";
import { textOf, type SearchParams } from "#lib/web/search-params.ts";

export const metadata: Metadata = { title: "Write a playbook" };

export default async function NewPlaybookPage({ searchParams }: { searchParams: SearchParams }) {
  const asked = await searchParams;
  const read = await readPage((actor) =>
    readStart(actor, {
      from: textOf(asked["from"]),
      id: textOf(asked["id"]),
      isFile: textOf(asked["file"]) !== null,
    }),
  );
  if (!read.ok) return <RefusedPage what="Write a playbook" problem={read.problem} />;
  const { start, ...rest } = read.data;
  if (start === null) return <StartScreen {...rest} />;
  return (
    <WriteScreen
      {...start}
      person={rest.person}
      newest={null}
      up={{ href: "/playbooks/new", label: "Write a playbook" }}
      compare={compare}
      add={add}
    />
  );
}
