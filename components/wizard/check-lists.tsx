"use client";

import type { CheckActs } from "#components/wizard/check-acts.ts";
import { CheckRow } from "#components/wizard/check-row.tsx";
import { Section } from "#components/ui/section.tsx";
import { openRequired } from "#lib/domain/checklist.ts";
import type { ChecklistItemView, ChecklistView } from "#lib/domain/view.ts";

type CheckListsProps = {
  items: readonly ChecklistItemView[];
  lists: readonly ChecklistView[];
  rollback: string;
  acts: CheckActs;
  isLooking?: boolean;
  /** The id of the item that takes the focus. */
  first?: string | undefined;
  onChanged: () => void;
};

/** Items under the titles of their lists, what waits for somebody first; each list says how long it takes and how far it is. */
export function CheckLists({ items, lists, rollback, acts, isLooking, first, onChanged }: CheckListsProps) {
  const named = lists.map((list) => ({
    list,
    own: items.filter((item) => item.checklist === list.id && item.gate === list.gate),
  }));
  const unnamed = items.filter((item) => !named.some(({ own }) => own.includes(item)));
  const groups = [
    { key: "none", title: "The plan", minutes: null, own: unnamed },
    ...named.map(({ list, own }) => ({ key: `${list.gate} ${list.id}`, ...list, own })),
  ];
  return groups
    .filter(({ own }) => own.length > 0)
    .map(({ key, title, minutes, own }) => (
      <Section key={key} title={title} aside={<span className="text-12">{aside(own, minutes)}</span>}>
        <ul aria-label={title}>
          {own.toSorted(attentionFirst).map((item) => (
            <CheckRow
              key={item.id}
              item={item}
              rollback={rollback}
              acts={acts}
              isFirst={item.id === first}
              isLooking={isLooking ?? false}
              onChanged={onChanged}
            />
          ))}
        </ul>
      </Section>
    ));
}

/** What waits for somebody stands before what has settled itself; else in the playbook's order. */
function attentionFirst(a: ChecklistItemView, b: ChecklistItemView): number {
  return Number(hasSettledItself(a)) - Number(hasSettledItself(b));
}

function hasSettledItself({ kind, state }: ChecklistItemView): boolean {
  return kind === "automatic" && state === "done";
}

function aside(items: readonly ChecklistItemView[], minutes: number | null): string {
  const required = items.filter((item) => item.required);
  const time = minutes === null ? "" : `about ${minutes} min, `;
  const left = openRequired(required).length;
  const settled = items.filter((item) => item.state === "done" || item.state === "overridden").length;
  return required.length === 0
    ? `${time}${settled} of ${items.length} done`
    : `${time}${required.length - left} of ${required.length} required settled`;
}
