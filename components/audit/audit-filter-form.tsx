"use client";

import type { AuditFilters } from "#components/audit/audit-data.ts";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { LinkButton } from "#components/ui/link-button.tsx";
import { Select } from "#components/ui/select.tsx";
import { eventTypes } from "#lib/domain/event.ts";

/** An ordinary form whose answer is an address: a search can be kept and sent. */
export function AuditFilterForm({ filters }: { filters: AuditFilters }) {
  const isNarrowed = Object.values(filters).some((value) => value !== "");
  return (
    <form method="get" action="/audit" className="grid grid-cols-2 gap-3 lg:grid-cols-5" role="search">
      <Field label="What happened" hint="Kind of event">
        {(control) => (
          <Select
            {...control}
            name="type"
            placeholder="Anything"
            defaultValue={filters.type}
            choices={eventTypes.map((type) => ({ value: type, label: type }))}
          />
        )}
      </Field>
      <Field label="Who did it" hint="E-mail or id">
        {(control) => <Input {...control} name="actor" maxLength={254} defaultValue={filters.actor} />}
      </Field>
      <Field label="To what" hint="RB-12, INC-3, an id">
        {(control) => <Input {...control} name="subject" maxLength={200} defaultValue={filters.subject} />}
      </Field>
      <Field label="From" hint="UTC">
        {(control) => <Input {...control} type="datetime-local" name="from" defaultValue={filters.from} />}
      </Field>
      <Field label="Until" hint="UTC">
        {(control) => <Input {...control} type="datetime-local" name="to" defaultValue={filters.to} />}
      </Field>
      <div className="flex gap-2 self-end lg:col-span-full">
        <Button type="submit">Search</Button>
        {isNarrowed && (
          <LinkButton href="/audit" look="quiet">
            Everything
          </LinkButton>
        )}
      </div>
    </form>
  );
}
