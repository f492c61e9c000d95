"use client";

import { useRouter } from "next/navigation";
import { useState, type ChangeEvent } from "react";
import { filePlace } from "#components/playbook/file-place.ts";
import { OpenDrafts } from "#components/playbook/open-drafts.tsx";
import { keepDraft, usePlaybookDrafts } from "#components/playbook/use-playbook-draft.ts";
import { Page } from "#components/shell/page.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Section } from "#components/ui/section.tsx";
import { Select } from "#components/ui/select.tsx";

type StartScreenProps = {
  person: string;
  playbooks: readonly { id: string; title: string; version: number }[];
  chosen: string | null;
};

/** What the API takes. */
const longest = 250_000;
const idRule = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** How a playbook begins: as a copy of one that works, or as a file. */
export function StartScreen({ person, playbooks, chosen }: StartScreenProps) {
  const router = useRouter();
  const [from, setFrom] = useState(chosen ?? playbooks[0]?.id ?? "");
  const [id, setId] = useState("");
  const [wasTried, setWasTried] = useState(false);
  const fault = idFault(id, playbooks);
  const begin = () => {
    setWasTried(true);
    if (fault !== null) return;
    router.push(`/playbooks/new?${new URLSearchParams({ from, id }).toString()}`);
  };
  return (
    <Page what="Write a playbook" up={{ href: "/playbooks", label: "Playbooks" }} width="reading">
      <OpenDrafts person={person} />
      <Section title="Copy one that works" hint="Every rule of it is yours to change. The original stays.">
        <form
          noValidate
          className="grid max-w-xl gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            begin();
          }}
        >
          <Field label="Start from">
            {(control) => (
              <Select
                {...control}
                value={from}
                choices={playbooks.map((one) => ({ value: one.id, label: `${one.title} (${one.id})` }))}
                onChange={(event) => setFrom(event.target.value)}
              />
            )}
          </Field>
          <Field
            label="Id of yours"
            hint="How services name it: lower-case letters, digits and hyphens. It cannot be changed later."
            error={wasTried ? fault : null}
          >
            {(control) => (
              <Input
                {...control}
                mono
                maxLength={64}
                spellCheck={false}
                autoCapitalize="off"
                value={id}
                onChange={(event) => setId(event.target.value)}
              />
            )}
          </Field>
          <div>
            <Button
              type="submit"
              look="primary"
              unavailable={playbooks.length === 0 && "There is none to copy"}
            >
              Start writing
            </Button>
          </div>
        </form>
      </Section>
      <Import person={person} />
    </Page>
  );
}

function idFault(id: string, playbooks: StartScreenProps["playbooks"]): string | null {
  if (!idRule.test(id)) return "Use 1 to 64 lower-case letters, digits and hyphens.";
  if (playbooks.some((one) => one.id === id)) {
    return "There is a playbook with this id. Open it to write its next version.";
  }
  return null;
}

function Import({ person }: { person: string }) {
  const router = useRouter();
  const [fault, setFault] = useState<string | null>(null);
  const hasOne = usePlaybookDrafts(person).some((one) => one.name === filePlace.name);
  const take = async (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    if (!file) return;
    if (file.size > longest) {
      setFault(`${file.name} is larger than ${longest / 1000} kB. No playbook is.`);
      return;
    }
    const text = await file.text().catch(() => null);
    if (text === null || text.includes("\0")) {
      setFault(`${file.name} could not be read as text.`);
      return;
    }
    keepDraft(person, filePlace, { text, note: "", base: null });
    router.push(filePlace.href);
  };
  return (
    <Section title="Bring a file" hint="It is checked and shown before anything is stored.">
      <Field
        label="YAML file"
        hint={hasOne && "It takes the place of the file that is a draft already."}
        error={fault}
      >
        {(control) => (
          <input
            {...control}
            type="file"
            accept=".yaml,.yml,text/yaml,application/yaml"
            onChange={(event) => void take(event)}
            className="min-h-control max-w-full rounded-1 text-14 file:mr-3 file:min-h-control file:rounded-1 file:border file:border-line-strong file:bg-surface-panel file:px-3 file:font-medium file:text-primary hover:file:bg-surface-hover pointer-coarse:text-16"
          />
        )}
      </Field>
    </Section>
  );
}
