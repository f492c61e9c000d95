import type { ReactNode } from "react";
import { Section } from "#components/ui/section.tsx";

/** A part of the document with an address of its own. */
export function Part({
  id,
  title,
  hint,
  children,
}: {
  id: string;
  title: string;
  hint?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div id={id} className="scroll-mt-20">
      <Section title={title} hint={hint}>
        {children}
      </Section>
    </div>
  );
}

/** Where the team's document says so. */
export function SourceLine({ source }: { source: string }) {
  return <span className="block text-12 text-faint">{source}</span>;
}
