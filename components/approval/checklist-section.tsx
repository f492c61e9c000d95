import { readableTimes } from "#components/ui/format-time.ts";
import { Section } from "#components/ui/section.tsx";
import { StateBadge } from "#components/ui/state-badge.tsx";
import type { ChecklistItemView } from "#lib/domain/view.ts";

/** What was checked before it was submitted, with the evidence and who ticked it. What is not done stands first. */
export function ChecklistSection({ items }: { items: readonly ChecklistItemView[] }) {
  const open = items.filter((item) => item.state !== "done");
  const sorted = [...open, ...items.filter((item) => item.state === "done")];
  return (
    <Section
      title="Checklist"
      aside={
        <span>
          <span className="figures text-primary">
            {items.length - open.length} of {items.length}
          </span>{" "}
          done
        </span>
      }
    >
      <ul>
        {sorted.map((item) => (
          <li key={item.id} className="grid gap-0.5 border-b border-line-faint py-row">
            <span className="flex items-start justify-between gap-3">
              <span className="min-w-0">{item.title}</span>
              <StateBadge kind="check" state={item.state} size="quiet" />
            </span>
            {(item.evidence ?? item.note) && (
              <span className="text-12 text-faint break-words">
                {readableTimes(item.evidence ?? item.note ?? "")}
              </span>
            )}
            {item.by && <span className="text-12 text-faint">{item.by.name}</span>}
            {item.state === "failed" && item.advice && <span className="text-12">{item.advice}</span>}
          </li>
        ))}
      </ul>
    </Section>
  );
}
