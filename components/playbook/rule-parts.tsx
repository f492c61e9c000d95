import { conditionWords } from "#components/playbook/condition-words.ts";
import { Part, SourceLine } from "#components/playbook/part.tsx";
import { formatLimit } from "#components/ui/format-time.ts";
import { SeverityBadge } from "#components/ui/severity-badge.tsx";
import { severities } from "#lib/domain/incident.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import { roleTitle, type Role } from "#lib/domain/role.ts";

type Props = { playbook: Playbook };
const row = "grid gap-x-4 gap-y-0.5 border-b border-line-faint py-row sm:grid-cols-[12rem_minmax(0,1fr)]";
const actionWords = {
  declare: "opens an incident",
  propose: "opens an incident and prepares a plan",
  roll_back: "rolls back by itself, where authority allows",
};

export function TriggerPart({ playbook }: Props) {
  if (playbook.triggers.length === 0) return null;
  return (
    <Part id="triggers" title="Triggers">
      <ul>
        {playbook.triggers.map((trigger) => (
          <li key={trigger.id} className={row}>
            <span className="flex flex-wrap items-center gap-2 font-medium">
              <SeverityBadge severity={trigger.severity} short />
              {trigger.title}
            </span>
            <span className="min-w-0">
              {conditionWords(trigger.condition, playbook.facts)}
              {trigger.consecutive !== undefined && `, ${trigger.consecutive} times in a row`}:{" "}
              <span className="text-secondary">{actionWords[trigger.action]}</span>
              <SourceLine source={trigger.source} />
            </span>
          </li>
        ))}
      </ul>
    </Part>
  );
}

export function SeverityPart({ playbook }: Props) {
  return (
    <Part id="severities" title="Severities and windows">
      <ul>
        {severities.map((severity) => {
          const { title, meaning, respondMinutes } = playbook.severities[severity];
          return (
            <li key={severity} className={row}>
              <span className="flex items-center gap-2 font-medium">
                <SeverityBadge severity={severity} short />
                {title}
              </span>
              <span>
                {meaning}
                {respondMinutes !== null && (
                  <span className="text-secondary"> Answered within {respondMinutes} min.</span>
                )}
              </span>
            </li>
          );
        })}
      </ul>
      {playbook.windows.map((window) => (
        <div key={window.id} className="pt-4">
          <h3 className="text-14">
            {window.title}{" "}
            <span className="figures font-regular text-secondary">
              {window.fromMinutes} to {window.toMinutes} min
            </span>
          </h3>
          <ol className="list-decimal pl-5 text-secondary">
            {window.steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </div>
      ))}
    </Part>
  );
}

export function AuthorityPart({ playbook }: Props) {
  const { rules, emergency } = playbook.authority;
  return (
    <Part id="authority" title="Who may say yes">
      <ul>
        {rules.map((rule) => (
          <li key={rule.id} className={row}>
            <span className="font-medium">
              {rule.environments === "any" ? "Any environment" : `${capital(rule.environments)} environments`}
              {rule.severities && <span className="block text-secondary">{rule.severities.join(", ")}</span>}
            </span>
            <span>
              {rule.rollbackAllowed
                ? `${approvalWords(rule)}; asked for by ${article(rule.initiate)} or above; stands for ${rule.expiryMinutes} min.`
                : "No rollback here, however many agree."}
              <span className="block text-secondary">{rule.because}</span>
              <SourceLine source={rule.source} />
            </span>
          </li>
        ))}
        <li className={row}>
          <span className="font-medium">Emergency</span>
          <span>
            {capital(emergency.roles.map((role) => roleTitle[role].toLowerCase()).join(" or "))}, freshly
            signed in, for one of these reasons; a review is due within {emergency.reviewHours} h.
            <ul className="list-disc pl-5 text-secondary">
              {emergency.criteria.map((criterion) => (
                <li key={criterion.id}>{criterion.title}</li>
              ))}
            </ul>
          </span>
        </li>
      </ul>
    </Part>
  );
}

export function ObjectivePart({ playbook }: Props) {
  if (playbook.objectives.length === 0) return null;
  return (
    <Part id="objectives" title="Time objectives">
      <ul>
        {playbook.objectives.map((objective) => (
          <li
            key={objective.id}
            className="flex flex-wrap items-baseline gap-x-4 border-b border-line-faint py-row"
          >
            <span className="min-w-0 grow">{objective.title}</span>
            <span className="text-secondary">{objective.clock.replaceAll("_", " ")}</span>
            <span className="figures">under {formatLimit(objective.seconds)}</span>
          </li>
        ))}
      </ul>
    </Part>
  );
}

export function FactPart({ playbook }: Props) {
  return (
    <Part id="facts" title="What it asks">
      <ul>
        {playbook.facts.map((fact) => (
          <li
            key={fact.id}
            className="grid gap-x-4 border-b border-line-faint py-row sm:grid-cols-[minmax(0,1fr)_auto]"
          >
            <span>{fact.question}</span>
            <span className="figures text-12 break-all text-faint">
              {fact.id}
              {"unit" in fact && `, ${fact.unit}`}
              {fact.signal !== undefined && `, from ${fact.signal}`}
            </span>
          </li>
        ))}
      </ul>
    </Part>
  );
}

function approvalWords({ approvals, roles, onCall }: Playbook["authority"]["rules"][number]): string {
  if (approvals === 0) return "Nobody has to approve";
  const named = roles.map((role) => roleTitle[role].toLowerCase());
  const who = [...named, ...(onCall ? ["whoever is on call"] : [])].join(" or ");
  return `${approvals === 1 ? "One approval" : `${approvals} approvals`} by ${who}`;
}

const article = (role: Role) =>
  `${/^[aeiou]/i.test(roleTitle[role]) ? "an" : "a"} ${roleTitle[role].toLowerCase()}`;
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
