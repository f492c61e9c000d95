import type { DraftPlace } from "#components/playbook/use-playbook-draft.ts";

/** Where a file that was brought along is looked at. */
export const filePlace: DraftPlace = {
  name: "file",
  title: "A playbook from a file",
  href: "/playbooks/new?file=1",
};
