"use client";

import { useSteady } from "#components/console/use-steady.ts";
import { DataTable, type Column } from "#components/ui/data-table.tsx";
import { NewItems } from "#components/ui/new-items.tsx";

type SteadyTableProps<Row> = {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  rowHref: (row: Row) => string;
};

/** A table that stands still under the pointer and the focus: what comes in waits under "3 new". */
export function SteadyTable<Row>({ rows, rowKey, ...rest }: SteadyTableProps<Row>) {
  const { shown, fresh, show, hold } = useSteady(rows, rowKey);
  return (
    <div {...hold}>
      <NewItems count={fresh} onShow={show} />
      <DataTable {...rest} rows={shown} rowKey={rowKey} />
    </div>
  );
}
