import type { ReactNode } from "react";

/** Nothing here yet: says what would be here, and teaches the first step. */
export function EmptyState({
  title,
  children,
  action,
}: {
  title: string;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="grid grid-cols-1 justify-items-start gap-3 border-l border-line-strong py-2 pl-5">
      <EmptyRungs />
      <p className="text-16 font-strong">{title}</p>
      <div className="w-full max-w-2xl min-w-0 text-secondary">{children}</div>
      {action && <div className="pt-1">{action}</div>}
    </div>
  );
}

function EmptyRungs() {
  return (
    <svg aria-hidden width="44" height="30" viewBox="0 0 44 30" className="text-line-strong">
      <path d="M10 0v30M34 0v30" stroke="currentColor" strokeWidth="1" />
      <path d="M10 6h24M10 15h24" stroke="currentColor" strokeWidth="1" strokeDasharray="3 3" />
      <path d="M6 24h32" stroke="currentColor" strokeWidth="3" />
    </svg>
  );
}
