import { clsx } from "clsx";
import Link from "next/link";

export type TabLink = { href: string; label: string; count?: number; isCurrent: boolean };

/** Tabs that are addresses: the view survives a refresh and can be sent to somebody. */
export function TabLinks({ label, tabs }: { label: string; tabs: readonly TabLink[] }) {
  return (
    <nav aria-label={label} className="flex gap-1 overflow-x-auto border-b border-line-soft">
      {tabs.map((tab) => (
        <Link
          key={tab.href}
          href={tab.href}
          aria-current={tab.isCurrent ? "page" : undefined}
          className={clsx(
            "-mb-px flex min-h-control shrink-0 items-center border-b-2 px-3 focus-visible:-outline-offset-2",
            tab.isCurrent
              ? "border-ink font-strong text-primary"
              : "border-transparent text-secondary hover:text-primary",
          )}
        >
          {tab.label}
          {tab.count !== undefined && (
            <span className="figures pl-1.5 text-12 font-regular text-faint">{tab.count}</span>
          )}
        </Link>
      ))}
    </nav>
  );
}
