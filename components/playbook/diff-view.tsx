import { clsx } from "clsx";
import { CircleMinus, CirclePlus, PencilLine } from "lucide-react";
import { fieldWords } from "#components/playbook/field-words.ts";
import { EmptyState } from "#components/ui/empty-state.tsx";
import type { FactDefinition } from "#lib/domain/fact.ts";
import type { PartChange, PlaybookDiff } from "#lib/domain/playbook-diff.ts";
import type { UnifiedDiff } from "#lib/domain/unified-diff.ts";

/** What differs, part by part, and the text line by line. */
export type Difference = PlaybookDiff & { text: UnifiedDiff };

const kinds = {
  added: { word: "Added", icon: CirclePlus, look: "text-state-ok-text" },
  removed: { word: "Removed", icon: CircleMinus, look: "text-state-danger-text" },
  changed: { word: "Changed", icon: PencilLine, look: "text-state-info-text" },
} as const;

/** What changes for people first; how the text changed below it. `facts` lend conditions their words. */
export function DiffView({
  difference,
  facts,
}: {
  difference: Difference;
  facts: readonly FactDefinition[];
}) {
  const { parts, left, text } = difference;
  if (parts.length === 0 && text.text === "") {
    return <EmptyState title="Nothing differs">Neither a rule nor a line of the text.</EmptyState>;
  }
  return (
    <div className="grid grid-cols-1 gap-5">
      {parts.length === 0 ? (
        <p className="text-secondary">No rule differs: only how the text is written.</p>
      ) : (
        <ul aria-label="Parts that differ">
          {parts.map((part) => (
            <PartRow key={`${part.kind} ${part.part}`} part={part} facts={facts} />
          ))}
        </ul>
      )}
      {left > 0 && <p className="text-secondary">And {left} more parts, which the text below shows.</p>}
      <TextDiff text={text} />
    </div>
  );
}

function PartRow({ part, facts }: { part: PartChange; facts: readonly FactDefinition[] }) {
  const { word, icon: Icon, look } = kinds[part.kind];
  return (
    <li className="grid gap-x-4 gap-y-1 border-b border-line-faint py-2.5 sm:grid-cols-[6.5rem_minmax(0,1fr)]">
      <span className={clsx("flex items-center gap-1.5 self-start font-medium", look)}>
        <Icon aria-hidden className="size-4 shrink-0" />
        {word}
      </span>
      <div className="min-w-0">
        <p className="font-medium break-words">{part.title}</p>
        <p className="figures text-12 break-all text-faint">{part.part}</p>
        {part.fields.length > 0 && (
          <dl className="grid gap-y-1.5 pt-1.5">
            {part.fields.map((field) => (
              <div key={field.path} className="grid gap-x-4 sm:grid-cols-[10rem_minmax(0,1fr)] @container">
                <dt className="figures text-12 leading-5 break-all text-secondary">{field.path}</dt>
                <dd className="min-w-0 break-words">
                  <del className="text-secondary decoration-line-strong">
                    {fieldWords(field.path, field.before, facts)}
                  </del>
                  <span className="text-faint"> → </span>
                  <ins className="font-medium no-underline">{fieldWords(field.path, field.after, facts)}</ins>
                </dd>
              </div>
            ))}
          </dl>
        )}
      </div>
    </li>
  );
}

const lineLooks: Record<string, string> = {
  "+": "bg-state-ok-ground text-state-ok-text",
  "-": "bg-state-danger-ground text-state-danger-text",
  "@": "text-faint",
};

/** Lines that differ, as `diff -u` writes them. */
function TextDiff({ text }: { text: UnifiedDiff }) {
  if (text.text === "") return null;
  const lines = text.text.trimEnd().split("\n").slice(2);
  return (
    <details>
      <summary className="min-h-control cursor-pointer py-1.5 font-medium">
        The text, line by line
        <span className="figures pl-2 text-12 font-regular text-faint">
          +{text.added} −{text.removed}
        </span>
      </summary>
      <pre
        tabIndex={0}
        aria-label="The text, line by line"
        className="max-h-[60dvh] overflow-auto rounded-1 bg-surface-sunken py-2 text-12 leading-5"
      >
        <code className="block w-max min-w-full">
          {lines.map((line, at) => (
            <span key={at} className={clsx("block px-3", lineLooks[line.charAt(0)])}>
              {line === "" ? " " : line}
            </span>
          ))}
        </code>
      </pre>
      {text.isCut && <p className="pt-1 text-12 text-faint">The rest is too long to be shown here.</p>}
    </details>
  );
}
