import { Download } from "lucide-react";
import { AuditEntries } from "#components/audit/audit-entries.tsx";
import { AuditFilterForm } from "#components/audit/audit-filter-form.tsx";
import type { AuditEntry, AuditFilters } from "#components/audit/audit-data.ts";
import { VerifyPanel, type Verify } from "#components/audit/verify-panel.tsx";
import type { Listed } from "#components/console/open-work.ts";
import { OlderLink } from "#components/list/older-link.tsx";
import { Page } from "#components/shell/page.tsx";
import { buttonLook } from "#components/ui/button-look.ts";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Section } from "#components/ui/section.tsx";

type AuditScreenProps = {
  list: Listed<AuditEntry>;
  filters: AuditFilters;
  mayExport: boolean;
  verify: Verify;
};

/** The record: search it, check it, take it along. */
export function AuditScreen({ list, filters, mayExport, verify }: AuditScreenProps) {
  return (
    <Page what="Audit">
      <VerifyPanel verify={verify}>
        {mayExport && (
          <a href="/api/v1/audit/export" download="lastgood-audit.ndjson" className={buttonLook({})}>
            <Download aria-hidden />
            Export the record
          </a>
        )}
      </VerifyPanel>
      <AuditFilterForm key={JSON.stringify(filters)} filters={filters} />
      <Section
        title="Entries"
        hint="Every line is chained to the one before it; none can be changed or removed unnoticed."
      >
        {list.items.length === 0 ? (
          <EmptyState title="Nothing fits">
            Take one of the filters away. What is asked by e-mail address or number must be written in full.
          </EmptyState>
        ) : (
          <AuditEntries entries={list.items} />
        )}
        <div className="pt-3">
          <OlderLink next={list.next} />
        </div>
      </Section>
    </Page>
  );
}
