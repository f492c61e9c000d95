import type { PlaybookDocument } from "#components/playbook/playbook-screen.tsx";
import type { PlaybookHead } from "#components/playbook/playbook-page.tsx";
import type { Playbook } from "#lib/domain/playbook.ts";

/** What the frame of a playbook's pages has to know of it. */
export function headOf({ id, title, version, versions, retiredAt }: PlaybookHead): PlaybookHead {
  return { id, title, version, versions, retiredAt };
}

/** The rules alone, without what is known about them. */
export function documentOf(playbook: PlaybookDocument): Playbook {
  const { yaml: _, builtIn: __, versions: ___, usedBy: ____, retiredAt: _____, ...document } = playbook;
  return document;
}
