"use client";

import { useState } from "react";
import { useRefresh } from "#components/console/use-refresh.ts";
import { AssignDialog } from "#components/playbook/assign-dialog.tsx";
import type { ServiceRow } from "#components/playbook/assignment-words.ts";
import { PlaybookPage, type PlaybookHead } from "#components/playbook/playbook-page.tsx";
import { ServiceChoice } from "#components/playbook/service-choice.tsx";
import type { AssignAct } from "#components/playbook/use-assign.ts";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { LinkButton } from "#components/ui/link-button.tsx";
import { Section } from "#components/ui/section.tsx";

type ServicesScreenProps = {
  head: PlaybookHead;
  services: readonly ServiceRow[];
  /** Titles of playbooks by id. */
  titles: Readonly<Record<string, string>>;
  assign: AssignAct;
};

const many = 12;

/** Which services go by this playbook, and which could. */
export function ServicesScreen({ head, services, titles, assign }: ServicesScreenProps) {
  const refresh = useRefresh();
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isAsked, setIsAsked] = useState(false);
  const followers = services.filter((one) => one.playbook === head.id);
  const others = services.filter((one) => one.playbook !== head.id);
  const words = text.toLowerCase().split(/\s+/);
  const fits = (one: ServiceRow) =>
    words.every((word) => `${one.id} ${one.name} ${one.system}`.toLowerCase().includes(word));
  const picked = others.filter((one) => chosen.has(one.id));
  const choose = (id: string, isChosen: boolean) => {
    const next = new Set(chosen);
    if (isChosen) next.add(id);
    else next.delete(id);
    setChosen(next);
  };
  const why =
    head.retiredAt !== null
      ? "A retired playbook is given to no service"
      : picked.length === 0 && "Choose a service";
  return (
    <PlaybookPage
      head={head}
      tab="services"
      usedBy={followers.length}
      actionsNote={
        picked.length === 0
          ? undefined
          : picked.length === 1
            ? "1 service chosen"
            : `${picked.length} services chosen`
      }
      actions={
        others.some((one) => one.mayChange) && (
          <Button look="primary" unavailable={why} onClick={() => setIsAsked(true)}>
            Give it to them
          </Button>
        )
      }
    >
      {services.length > many && (
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
      )}
      {services.length === 0 ? (
        <EmptyState
          title="No service is registered yet"
          action={<LinkButton href="/services">Services</LinkButton>}
        >
          Once there is one, it can be given this playbook here.
        </EmptyState>
      ) : (
        <>
          <Section title="They follow it" aside={<span className="figures">{followers.length}</span>}>
            {followers.length === 0 ? (
              <p className="text-secondary">No service yet. Choose some below.</p>
            ) : (
              <ServiceChoice
                services={followers.filter(fits)}
                titles={titles}
                chosen={null}
                onChoose={choose}
              />
            )}
          </Section>
          {others.length > 0 && (
            <Section
              title="They follow another"
              aside={<span className="figures">{others.length}</span>}
              hint="Choose those that are to decide by this playbook from now on."
            >
              <ServiceChoice
                services={others.filter(fits)}
                titles={titles}
                chosen={chosen}
                onChoose={choose}
              />
            </Section>
          )}
        </>
      )}
      {isAsked && (
        <AssignDialog
          playbook={head}
          services={picked}
          titles={titles}
          assign={assign}
          onClose={() => setIsAsked(false)}
          onDone={() => {
            setChosen(new Set());
            refresh();
          }}
        />
      )}
    </PlaybookPage>
  );
}
