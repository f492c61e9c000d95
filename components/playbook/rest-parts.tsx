import { conditionWords } from "#components/playbook/condition-words.ts";
import { Part, SourceLine } from "#components/playbook/part.tsx";
import type { Playbook } from "#lib/domain/playbook.ts";

type Props = { playbook: Playbook };
const row = "grid gap-x-4 gap-y-0.5 border-b border-line-faint py-row sm:grid-cols-[12rem_minmax(0,1fr)]";

const gateWords = {
  submit: "before a plan is submitted",
  execute: "before it starts",
  after: "afterwards",
  drill: "in a drill",
};

export function ChecklistPart({ playbook }: Props) {
  if (playbook.checklists.length === 0) return null;
  return (
    <Part id="checklists" title="Checklists">
      <div className="grid gap-5">
        {playbook.checklists.map((list) => (
          <section key={list.id} aria-label={list.title}>
            <h3 className="border-b-2 border-line-strong pb-1 text-14">
              {list.title} <span className="font-regular text-secondary">{gateWords[list.gate]}</span>
            </h3>
            <ul>
              {list.items.map((item) => (
                <li
                  key={item.id}
                  className="grid gap-x-4 border-b border-line-faint py-row sm:grid-cols-[minmax(0,1fr)_auto]"
                >
                  <span className="min-w-0">
                    {item.title}
                    <span className="block text-12 text-faint">{item.advice}</span>
                  </span>
                  <span className="text-12 text-secondary">
                    {item.kind === "automatic" ? "checks itself" : "ticked by a person"}
                    {item.required ? "" : ", optional"}
                  </span>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </Part>
  );
}

export function ScenarioPart({ playbook }: Props) {
  if (playbook.scenarios.length === 0 && playbook.remedies.length === 0) return null;
  return (
    <Part id="scenarios" title="Scenarios and remedies">
      <ul>
        {playbook.scenarios.map((scenario) => (
          <li key={scenario.id} className={row}>
            <span className="font-medium">{scenario.title}</span>
            <span>
              {scenario.action}
              <span className="block text-secondary">Seen as: {scenario.symptoms.join("; ")}.</span>
              <span className="block text-secondary">Good again when: {scenario.validation.join("; ")}.</span>
              {scenario.warnings.map((warning) => (
                <span key={warning} className="block text-state-warn-text">
                  {warning}
                </span>
              ))}
              <SourceLine source={scenario.source} />
            </span>
          </li>
        ))}
        {playbook.remedies.map((remedy) => (
          <li key={remedy.id} className={row}>
            <span className="font-medium">{remedy.title}</span>
            <span>
              <span className="block text-secondary">Seen as: {remedy.symptoms.join("; ")}.</span>
              <ol className="list-decimal pl-5">
                {remedy.steps.map((step) => (
                  <li key={step.text}>{step.text}</li>
                ))}
              </ol>
              <SourceLine source={remedy.source} />
            </span>
          </li>
        ))}
      </ul>
    </Part>
  );
}

export function ValidationPart({ playbook }: Props) {
  if (playbook.validation.length === 0) return null;
  return (
    <Part id="validation" title="What must be true afterwards">
      <ul>
        {playbook.validation.map((point) => (
          <li key={point.id} className={row}>
            <span className="font-medium">{point.title}</span>
            <span>
              {point.expect}
              <span className="block text-12 text-faint">
                {point.by.kind === "evidence"
                  ? "known from the verification steps"
                  : point.by.kind === "manual"
                    ? "ticked by a person"
                    : `measured: ${conditionWords(point.by.when, playbook.facts)}`}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </Part>
  );
}

export function TalkPart({ playbook }: Props) {
  const { escalation, alerts, contacts, templates } = playbook;
  if (escalation.length + alerts.length + contacts.length + templates.length === 0) return null;
  return (
    <Part id="people" title="Who is told">
      <ul>
        {escalation.map((level) => (
          <li key={level.level} className={row}>
            <span className="font-medium">Level {level.level}</span>
            <span>
              {level.who}
              {level.respondMinutes !== null && `, answers within ${level.respondMinutes} min`}
              {level.reach.length > 0 && (
                <span className="block text-secondary">{level.reach.join(", ")}</span>
              )}
            </span>
          </li>
        ))}
        {alerts.map((alert) => (
          <li key={alert.urgency} className={row}>
            <span className="font-medium">{alert.title}</span>
            <span>{alert.channels.join(", ").replaceAll("_", " ")}</span>
          </li>
        ))}
        {contacts.map((contact) => (
          <li key={`${contact.role} ${contact.reach}`} className={row}>
            <span className="font-medium">{contact.role}</span>
            <span>
              {contact.reach}
              {contact.availability && <span className="text-secondary">, {contact.availability}</span>}
            </span>
          </li>
        ))}
      </ul>
      {templates.map((template) => (
        <details key={template.id} className="border-b border-line-faint py-row">
          <summary className="cursor-pointer font-medium">Template: {template.title}</summary>
          <pre className="mt-1 rounded-1 bg-surface-sunken px-2.5 py-1.5 text-12 leading-5 break-words whitespace-pre-wrap">
            {template.body}
          </pre>
        </details>
      ))}
    </Part>
  );
}

export function DifferencePart({ playbook }: Props) {
  if (playbook.carriedDifferently.length === 0 && playbook.constraints.length === 0) return null;
  return (
    <Part id="differences" title="Limits, and what is carried differently">
      <ul>
        {playbook.constraints.map((constraint) => (
          <li key={constraint.id} className={row}>
            <span className="font-medium">{constraint.text}</span>
            <span className="text-secondary">Held by: {constraint.heldBy}.</span>
          </li>
        ))}
        {playbook.carriedDifferently.map((one) => (
          <li key={`${one.section} ${one.row ?? ""}`} className={row}>
            <span className="font-medium">
              {one.section}
              {one.row && <span className="block text-secondary">{one.row}</span>}
            </span>
            <span>{one.because}</span>
          </li>
        ))}
      </ul>
    </Part>
  );
}
