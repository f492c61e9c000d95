import Link from "next/link";
import { assignmentWords, type ServiceRow } from "#components/playbook/assignment-words.ts";
import { Checkbox } from "#components/ui/checkbox.tsx";

type ServiceChoiceProps = {
  services: readonly ServiceRow[];
  titles: Readonly<Record<string, string>>;
  /** Ids; null where there is nothing to choose. */
  chosen: ReadonlySet<string> | null;
  onChoose: (id: string, isChosen: boolean) => void;
};

/** Services with what each follows now; to be ticked where the reader may change that. */
export function ServiceChoice({ services, titles, chosen, onChoose }: ServiceChoiceProps) {
  if (services.length === 0) return <p className="text-secondary">No service is called that.</p>;
  return (
    <ul>
      {services.map((one) => (
        <li
          key={one.id}
          className="grid gap-x-4 border-b border-line-faint py-1 sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]"
        >
          {chosen === null ? (
            <div className="min-w-0 py-1">
              <Link href={`/services/${one.id}`} className="link font-medium break-words">
                {one.name}
              </Link>
              <Name one={one} />
            </div>
          ) : (
            <Checkbox
              label={<span className="font-medium break-words">{one.name}</span>}
              hint={<Name one={one} />}
              checked={chosen.has(one.id)}
              disabled={!one.mayChange}
              onCheckedChange={(isChosen) => onChoose(one.id, isChosen)}
            />
          )}
          <div className="min-w-0 py-1.5 text-secondary max-sm:pl-7">
            {chosen !== null && (
              <p className="break-words">
                now {titles[one.playbook] ?? one.playbook}
                {!one.mayChange && ". Needs the role admin there"}
              </p>
            )}
            {chosen?.has(one.id) &&
              assignmentWords(one).map((line) => (
                <p key={line} className="break-words text-state-warn-text">
                  {line}
                </p>
              ))}
          </div>
        </li>
      ))}
    </ul>
  );
}

function Name({ one }: { one: ServiceRow }) {
  return (
    <span className="block text-12 break-all text-faint">
      <span className="figures">{one.id}</span>, {one.system}
    </span>
  );
}
