import type { Metadata } from "next";
import { add, compare } from "../../actions.ts";
import { versionOf } from "../../version-of.ts";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { renamed } from "#components/playbook/starting-text.ts";
import { WriteScreen } from "#components/playbook/write-screen.tsx";
import { getPlaybook } from "#lib/queries/playbook/get.ts";
import { roleIn } from "#lib/queries/user/role-in.ts";
import { readPage } from "#lib/web/read-page.ts";
import type { SearchParams } from "#lib/web/search-params.ts";

type Props = { params: Promise<{ id: string }>; searchParams: SearchParams };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Write ${(await params).id}` };
}

export default async function WritePage({ params, searchParams }: Props) {
  const [{ id }, asked] = await Promise.all([params, searchParams]);
  const read = await readPage(async (actor) => {
    const [playbook, role] = await Promise.all([
      getPlaybook(actor, id, versionOf(asked["version"])),
      roleIn(actor, null),
    ]);
    const newest = playbook.versions[0] ?? playbook.version;
    return {
      person: actor.id,
      what: `Write ${playbook.title}`,
      newest,
      first: {
        text: renamed(playbook.yaml, { version: newest + 1 }),
        note: "",
        base: { id, version: playbook.version },
      },
      mayStore: role === "admin",
    };
  });
  if (!read.ok) return <RefusedPage what="Write a playbook" problem={read.problem} />;
  return (
    <WriteScreen
      {...read.data}
      place={{ name: `write:${id}`, title: `The next version of ${id}`, href: `/playbooks/${id}/write` }}
      up={{ href: `/playbooks/${id}`, label: id }}
      compare={compare}
      add={add}
    />
  );
}
