"use client";

import { Plus } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { NoWorker } from "#components/home/no-worker.tsx";
import { Readiness, type Place } from "#components/home/readiness-table.tsx";
import { Page } from "#components/shell/page.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { EnvironmentMark } from "#components/ui/environment-mark.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { LinkButton } from "#components/ui/link-button.tsx";
import { Section } from "#components/ui/section.tsx";

export type CataloguePlace = Place & { system: string; owner: string; playbook: string };
type Entry = { id: string; name: string; owner: string; playbook: string; places: CataloguePlace[] };

/** "Service 12" before "Service 108". */
const inOrder = new Intl.Collator("en", { numeric: true });

/** Everything that is deployed, by system, with what runs where. */
export function CatalogueScreen({
  places,
  mayRegister,
}: {
  places: readonly CataloguePlace[];
  mayRegister: boolean;
}) {
  const [text, setText] = useState("");
  const words = text.toLowerCase().split(/\s+/);
  const shown = places.filter((place) =>
    words.every((word) =>
      `${place.service} ${place.serviceName} ${place.system} ${place.owner}`.toLowerCase().includes(word),
    ),
  );
  const systems = [...new Set(shown.map((place) => place.system))].sort(inOrder.compare);
  const register = (
    <LinkButton
      look={places.length === 0 ? "plain" : "primary"}
      href="/services/new"
      icon={<Plus aria-hidden />}
    >
      Register a service
    </LinkButton>
  );
  if (places.length === 0) {
    return (
      <Page what="Services">
        <EmptyState title="No service is registered yet" action={mayRegister ? register : undefined}>
          {mayRegister
            ? "Say what you deploy, to which environments, and how each part of it is reached. Then let your pipeline report its deployments."
            : "An admin registers them. Once there is one, you see here what runs where, and whether it could be rolled back."}
        </EmptyState>
      </Page>
    );
  }
  return (
    <Page what="Services" actions={mayRegister ? register : undefined}>
      <div className="max-w-sm">
        <Field label="Find a service">
          {(control) => (
            <Input
              {...control}
              type="search"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
      </div>
      <p role="status" className={shown.length === 0 ? "text-secondary" : "sr-only"}>
        {shown.length === 0 ? "No service is called that." : `${entriesOf(shown).length} services`}
      </p>
      {places.some((place) => place.lacks === "worker") && <NoWorker />}
      {systems.map((system) => {
        const entries = entriesOf(shown.filter((place) => place.system === system));
        return (
          <Section key={system} title={system} aside={<span className="figures">{entries.length}</span>}>
            <ul>
              {entries.map((entry) => (
                <ServiceEntry key={entry.id} entry={entry} />
              ))}
            </ul>
          </Section>
        );
      })}
    </Page>
  );
}

function ServiceEntry({ entry }: { entry: Entry }) {
  return (
    <li className="grid gap-x-6 gap-y-2 border-b border-line-faint py-3 lg:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
      <div className="min-w-0">
        <Link href={`/services/${entry.id}`} className="text-16 font-strong break-words hover:underline">
          {entry.name}
        </Link>
        <p className="text-secondary">
          {entry.owner} · {entry.playbook}
        </p>
      </div>
      <ul className="grid content-start gap-1">
        {entry.places.map((place) => (
          <li
            key={place.environment}
            className="relative grid gap-x-4 gap-y-0.5 rounded-1 hover:bg-surface-panel sm:grid-cols-[8.5rem_minmax(0,1fr)_minmax(0,1fr)]"
          >
            <Link
              href={`/services/${entry.id}?environment=${place.environment}`}
              aria-label={`${entry.name} in ${place.environment}`}
              className="after:absolute after:inset-0"
            >
              <EnvironmentMark
                quiet
                environment={{ name: place.environment, isProtected: place.protected }}
              />
            </Link>
            <span className="figures break-all">
              {place.current ?? <span className="font-sans text-faint">none</span>}
            </span>
            <Readiness place={place} />
          </li>
        ))}
      </ul>
    </li>
  );
}

function entriesOf(places: readonly CataloguePlace[]): Entry[] {
  const entries = new Map<string, Entry>();
  for (const place of places) {
    const { service: id, serviceName: name, owner, playbook } = place;
    const entry = entries.get(id) ?? { id, name, owner, playbook, places: [] };
    entry.places.push(place);
    entries.set(id, entry);
  }
  return [...entries.values()].sort((a, b) => inOrder.compare(a.name, b.name));
}
