import type { ReactNode } from "react";

export type KeyValue = { key: string; value: ReactNode; hint?: ReactNode };

/** Facts as pairs. `columns` sets them in two columns where there is room. */
export function KeyValues({ items, columns = 1 }: { items: readonly KeyValue[]; columns?: 1 | 2 }) {
  return (
    <dl className={columns === 2 ? "grid gap-x-8 lg:grid-cols-2" : "grid"}>
      {items.map((item) => (
        <div
          key={item.key}
          className="grid grid-cols-[minmax(6.5rem,34%)_1fr] items-baseline gap-3 border-b border-line-faint py-row"
        >
          <dt className="text-secondary">{item.key}</dt>
          <dd className="min-w-0 break-words">
            {item.value}
            {item.hint && <div className="text-12 text-faint">{item.hint}</div>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
