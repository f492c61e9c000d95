import { clsx } from "clsx";
import Link from "next/link";
import type { ReactNode } from "react";

export type Column<Row> = {
  key: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** Figures stand right, in tabular mono. */
  isFigure?: boolean;
  /** The row's name: first line of the list on a phone, and the link where `rowHref` is given. One per table. */
  isName?: boolean;
  /** Left out below 640 px. */
  isExtra?: boolean;
  width?: string;
};

type DataTableProps<Row> = {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  rowHref?: (row: Row) => string;
  /** Shown instead of an empty table; give an EmptyState. */
  empty?: ReactNode;
  showCaption?: boolean;
};

/** A table whose head stays in sight; below 640 px each row becomes a short list with its labels. */
export function DataTable<Row>({
  caption,
  columns,
  rows,
  rowKey,
  rowHref,
  empty,
  showCaption = false,
}: DataTableProps<Row>) {
  if (rows.length === 0 && empty) return <>{empty}</>;
  return (
    <table role="table" className="w-full border-collapse text-left max-sm:block">
      <caption className={showCaption ? "pb-2 text-left text-16 font-strong max-sm:block" : "sr-only"}>
        {caption}
      </caption>
      <thead role="rowgroup" className="max-sm:sr-only">
        <tr role="row">
          {columns.map((column) => (
            <th
              key={column.key}
              role="columnheader"
              scope="col"
              style={column.width === undefined ? undefined : { width: column.width }}
              className={clsx(
                "sticky top-(--context-bar) z-10 bg-surface-ground px-cell py-1.5 text-12 font-medium whitespace-nowrap text-faint",
                "shadow-[inset_0_-1px_0_var(--color-line-soft)] first:pl-0 last:pr-0",
                column.isFigure && "text-right",
              )}
            >
              {column.header === "" ? <span className="sr-only">What can be done</span> : column.header}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup" className="max-sm:block">
        {rows.map((row) => (
          <tr
            key={rowKey(row)}
            role="row"
            className={clsx(
              "relative border-b border-line-faint max-sm:grid max-sm:gap-y-1 max-sm:py-3",
              rowHref && "hover:bg-surface-panel",
            )}
          >
            {columns.map((column) => (
              <td
                key={column.key}
                role="cell"
                className={clsx(
                  "px-cell py-row align-baseline first:pl-0 last:pr-0",
                  "max-sm:p-0",
                  !column.isName &&
                    !column.isExtra &&
                    "max-sm:grid max-sm:grid-cols-[7.5rem_1fr] max-sm:gap-2",
                  column.isFigure && "figures text-right max-sm:text-left",
                  column.isName && "font-medium break-words max-sm:order-first max-sm:block max-sm:text-16",
                  column.isExtra && "max-sm:hidden",
                )}
              >
                {!column.isName && (
                  <span aria-hidden className="font-sans text-12 leading-5 text-faint sm:hidden">
                    {column.header}
                  </span>
                )}
                {column.isName && rowHref ? (
                  <Link href={rowHref(row)} className="rounded-1 after:absolute after:inset-0">
                    {column.cell(row)}
                  </Link>
                ) : (
                  <span className={clsx("min-w-0", rowHref && "relative z-1")}>{column.cell(row)}</span>
                )}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
