import { DataTable } from "#components/ui/data-table.tsx";
import { formatDuration, formatLimit } from "#components/ui/format-time.ts";
import type { ClockReading } from "#lib/domain/report-clocks.ts";

/** The four clocks as figures, for a report that is printed. */
export function ClockTable({ clocks }: { clocks: readonly ClockReading[] }) {
  return (
    <DataTable
      caption="Clocks"
      rows={clocks}
      rowKey={(clock) => clock.id}
      columns={[
        { key: "clock", header: "Clock", isName: true, cell: (clock) => clock.title },
        {
          key: "took",
          header: "Took",
          isFigure: true,
          cell: (clock) => (clock.seconds === null ? "not known" : formatDuration(clock.seconds)),
        },
        {
          key: "target",
          header: "Target",
          isFigure: true,
          cell: (clock) => (clock.target ? formatLimit(clock.target.seconds) : "none set"),
        },
        {
          key: "met",
          header: "Met",
          cell: (clock) => (clock.met === null ? "Not known" : clock.met ? "Yes" : "No"),
        },
      ]}
    />
  );
}
