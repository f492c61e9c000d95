"use client";

import { useState, type SyntheticEvent } from "react";
import { ProblemNotice } from "#components/action/problem-notice.tsx";
import { useAct } from "#components/action/use-act.ts";
import { useKept } from "#components/action/use-kept.ts";
import {
  nextUpdateState,
  updateStates,
  type IncidentActs,
  type UpdateState,
} from "#components/incident/incident-acts.ts";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Question } from "#components/ui/question.tsx";
import { RadioGroup } from "#components/ui/radio-group.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { Select } from "#components/ui/select.tsx";
import { StateBadge } from "#components/ui/state-badge.tsx";
import { stateWord } from "#components/ui/state.ts";
import { Textarea } from "#components/ui/textarea.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { openPlaces, updateText, type UpdateTemplate } from "#lib/domain/update-text.ts";
import type { IncidentView } from "#lib/domain/view.ts";

type UpdateComposerProps = {
  incident: IncidentView;
  templates: readonly UpdateTemplate[];
  update: IncidentActs["update"];
  mayAct: boolean;
  onDone: () => void;
};

/** Telling people where it stands: the next update with a preview of how the public sees it, and what was told. */
export function UpdateComposer({ incident, templates, update, mayAct, onDone }: UpdateComposerProps) {
  const [isWriting, setIsWriting] = useState(false);
  const [isWhole, setIsWhole] = useState(false);
  const { updates } = incident;
  const shown = isWhole ? updates : updates.slice(0, few);
  return (
    <Section
      title="Updates"
      aside={mayAct && !isWriting && <Button onClick={() => setIsWriting(true)}>Tell people…</Button>}
    >
      {mayAct && isWriting && (
        <Composer
          incident={incident}
          templates={templates}
          update={update}
          onLeave={() => setIsWriting(false)}
          onDone={() => {
            setIsWriting(false);
            onDone();
          }}
        />
      )}
      {updates.length === 0 ? (
        <p className="text-secondary">Nobody has been told anything yet.</p>
      ) : (
        <ol aria-label="Updates that were given">
          {shown.map((one) => (
            <li key={one.id} className="grid gap-0.5 border-b border-line-faint py-row">
              <span className="flex flex-wrap items-center gap-x-3">
                <StateBadge kind="update" state={one.state} size="quiet" />
                <span className="text-12 text-faint">
                  {one.public ? "Public" : "Inside"}, {one.by}, <RelativeTime at={one.at} />
                </span>
              </span>
              <p className="max-w-2xl break-words whitespace-pre-wrap">{one.text}</p>
            </li>
          ))}
        </ol>
      )}
      {updates.length > few && (
        <Button look="quiet" onClick={() => setIsWhole(!isWhole)}>
          {isWhole ? "Fewer" : `All ${updates.length}`}
        </Button>
      )}
    </Section>
  );
}

const few = 2;

type ComposerProps = Omit<UpdateComposerProps, "mayAct"> & { onLeave: () => void };

function Composer({ incident, templates, update, onLeave, onDone }: ComposerProps) {
  const { id } = incident;
  const [text, setText, forget] = useKept(`incident:${id}:update`);
  const [state, setState] = useState<UpdateState | null>(null);
  const [audience, setAudience] = useState<"public" | "inside">(incident.protected ? "public" : "inside");
  const { run, isBusy, problem } = useAct(update);
  const toast = useToast();
  const chosen = state ?? nextUpdateState(incident.state, incident.updates);
  const isPublic = audience === "public";
  const [place] = openPlaces(text, templates);
  const lacks = text.trim() === "" ? "Write something first" : place && `Fill in {{${place.name}}} first`;
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (lacks) return;
    const answer = await run({ id, state: chosen, text: text.trim(), public: isPublic });
    if (!answer.ok) return;
    forget();
    setState(null);
    toast({
      tone: "ok",
      title: isPublic ? "Published" : "Written down",
      detail: isPublic ? "The status page shows it within seconds." : "It stands in the timeline only.",
    });
    onDone();
  };
  return (
    <form onSubmit={(event) => void submit(event)} className="grid grid-cols-1 gap-4 pb-5" data-chrome>
      <Question label="Who reads it">
        <RadioGroup
          row
          label="Who reads it"
          value={audience}
          onValueChange={(value) => setAudience(value === "public" ? "public" : "inside")}
          choices={[
            { value: "public", label: "Everybody", disabled: !incident.protected },
            { value: "inside", label: "Only us" },
          ]}
        />
      </Question>
      <p className={isPublic ? "font-medium text-state-warn-text" : "text-secondary"}>
        {isPublic
          ? "This is public: it goes to the status page and cannot be taken back."
          : incident.protected
            ? "It stands in the timeline and nowhere else."
            : `${incident.environment} is not on the status page, so it stands in the timeline and nowhere else.`}
      </p>
      {templates.length > 0 && (
        <TemplateChoice
          templates={templates}
          onChoose={(template) => {
            const filled = updateText(template, incident);
            setText(text.trim() === "" ? filled : `${text.trimEnd()}\n\n${filled}`);
          }}
        />
      )}
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-[12rem_minmax(0,1fr)]">
        <Field label="Where it stands">
          {(control) => (
            <Select
              {...control}
              value={chosen}
              onChange={(event) => setState(updateStates.find((one) => one === event.target.value) ?? null)}
              choices={updateStates.map((value) => ({ value, label: stateWord("update", value).word }))}
            />
          )}
        </Field>
        <Field
          label="What to say"
          hint={place && `{{${place.name}}}: ${place.meaning ?? "for you to fill in"}.`}
        >
          {(control) => (
            <Textarea
              {...control}
              value={text}
              placeholder="What people notice, what is being done, and when you will say more."
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
      </div>
      {isPublic && text.trim() !== "" && (
        <figure className="border border-dashed border-line-strong px-4 py-3">
          <figcaption className="pb-2 text-12 text-faint">As the public sees it</figcaption>
          <p className="text-16 font-strong break-words">{incident.title}</p>
          <p className="pt-2">
            <StateBadge kind="update" state={chosen} />
          </p>
          <p className="max-w-2xl pt-1 break-words whitespace-pre-wrap">{text.trim()}</p>
        </figure>
      )}
      {problem && <ProblemNotice problem={problem} />}
      <div className="flex flex-wrap gap-2">
        <Button
          type="submit"
          busy={isBusy && (isPublic ? "Publishing" : "Writing")}
          unavailable={lacks ?? false}
        >
          {isPublic ? "Publish to everybody" : "Write into the timeline"}
        </Button>
        <Button look="quiet" onClick={onLeave}>
          Not now
        </Button>
      </div>
    </form>
  );
}

/** The playbook's own words, with what is on record filled in; they are put below what stands there already. */
function TemplateChoice({
  templates,
  onChoose,
}: {
  templates: readonly UpdateTemplate[];
  onChoose: (template: UpdateTemplate) => void;
}) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <span className="text-secondary">Begin with the playbook's</span>
      {templates.map((template) => (
        <Button key={template.id} onClick={() => onChoose(template)}>
          {template.title}
        </Button>
      ))}
    </div>
  );
}
