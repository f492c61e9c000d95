import { Page } from "#components/shell/page.tsx";
import { DataTable, type Column } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";

export type PlaybookRow = {
  id: string;
  title: string;
  version: number;
  rows: number;
  procedures: number;
  triggers: number;
  usedBy: number;
  builtIn: boolean;
};

const columns: readonly Column<PlaybookRow>[] = [
  { key: "title", header: "Playbook", isName: true, width: "30%", cell: (row) => row.title },
  { key: "id", header: "Id", cell: (row) => <span className="figures break-all">{row.id}</span> },
  { key: "origin", header: "Origin", cell: (row) => (row.builtIn ? "Came with Lastgood" : "Added here") },
  { key: "rows", header: "Rows", isFigure: true, cell: (row) => row.rows },
  { key: "procedures", header: "Procedures", isFigure: true, cell: (row) => row.procedures },
  { key: "triggers", header: "Triggers", isFigure: true, cell: (row) => row.triggers },
  { key: "usedBy", header: "Services", isFigure: true, cell: (row) => row.usedBy },
  { key: "version", header: "Version", isFigure: true, cell: (row) => row.version },
];

/** The rules there are, each to be read. */
export function PlaybookList({ playbooks }: { playbooks: readonly PlaybookRow[] }) {
  return (
    <Page what="Playbooks">
      <DataTable
        caption="Playbooks"
        columns={columns}
        rows={playbooks}
        rowKey={(row) => row.id}
        rowHref={(row) => `/playbooks/${row.id}`}
        empty={
          <EmptyState title="There is no playbook">
            The built-in ones are stored when the database is prepared. Start Lastgood again, or add one of
            your own over the API.
          </EmptyState>
        }
      />
    </Page>
  );
}
