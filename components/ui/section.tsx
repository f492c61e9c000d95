import { useId, type ReactNode } from "react";

/** A titled part of a page: a heading on a line, not a card. `aside` stands at the right end of the line. */
export function Section({
  title,
  aside,
  hint,
  children,
}: {
  title: ReactNode;
  aside?: ReactNode;
  hint?: ReactNode;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="min-w-0">
      <header className="flex min-h-9 flex-wrap items-end justify-between gap-x-4 gap-y-1 border-b border-line-soft pb-1.5">
        <h2 id={id} className="text-16 font-strong">
          {title}
        </h2>
        {aside && <div className="flex items-center gap-2 text-secondary">{aside}</div>}
      </header>
      {hint && <p className="max-w-2xl pt-2 text-secondary">{hint}</p>}
      <div className="pt-3">{children}</div>
    </section>
  );
}
