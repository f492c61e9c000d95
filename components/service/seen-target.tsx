import { CircleCheck, CircleHelp, CircleX } from "lucide-react";
import { Code } from "#components/ui/code.tsx";
import { DayTime } from "#components/ui/day-time.tsx";
import { isWell, type Identity, type Seen } from "#lib/domain/inspection.ts";

const standing = (ok: boolean | null) =>
  ok === true
    ? ({ Icon: CircleCheck, look: "text-state-ok-text", word: "good" } as const)
    : ok === false
      ? ({ Icon: CircleX, look: "text-state-danger-text", word: "not good" } as const)
      : ({ Icon: CircleHelp, look: "text-state-unknown-text", word: "not known" } as const);

/** What a look at a target showed, the trouble first. */
export function SeenTarget({ seen, identity }: { seen: Seen; identity: Identity | null }) {
  const ok = isWell(seen);
  const lines = [
    ...seen.tools.map((tool) =>
      "missing" in tool
        ? { title: tool.name, ok: false, detail: tool.missing }
        : { title: tool.name, ok: true, detail: `${tool.version}, ${tool.path}` },
    ),
    ...seen.evidence,
  ].toSorted((a, b) => Number(a.ok) - Number(b.ok));
  return (
    <div className={ok === null ? "hatched rounded-1 px-3 py-2" : "grid gap-2"}>
      {seen.fault && (
        <p className="border-l-2 border-state-danger-line pl-3 text-state-danger-text">
          {seen.fault.message} <span className="block text-secondary">{seen.fault.advice}</span>
        </p>
      )}
      {ok === null && seen.fault === null && (
        <p className="text-state-unknown-text">
          It keeps nothing that could be looked at beforehand. It runs when a rollback does.
        </p>
      )}
      {(lines.length > 0 || identity) && (
        <ul>
          {lines.map((line, at) => (
            <Line key={at} {...line} />
          ))}
          {identity && (
            <Line title={`Its ${identity.kind.replaceAll("-", " ")}`} ok detail={identity.id} isCode />
          )}
        </ul>
      )}
      {seen.current && !seen.history.some((_, at) => isCurrent(seen, at)) && (
        <p className="break-words">
          <span className="font-medium">Ran when looked at</span> <Code>{seen.current.version}</Code>{" "}
          <span className="text-secondary">{seen.current.detail}</span>
        </p>
      )}
      {seen.history.length > 0 && <Versions seen={seen} />}
    </div>
  );
}

function Line({
  title,
  ok,
  detail,
  isCode = false,
}: {
  title: string;
  ok: boolean;
  detail: string;
  isCode?: boolean;
}) {
  const { Icon, look, word } = standing(ok);
  return (
    <li className="flex items-start gap-2 py-0.5">
      <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${look}`} />
      <span className="min-w-0 break-words">
        <span className="font-medium">{title}</span>
        <span className="sr-only">: {word}</span>{" "}
        {isCode ? <Code>{detail}</Code> : <span className="text-secondary">{detail}</span>}
      </span>
    </li>
  );
}

const mostShown = 6;

function Versions({ seen }: { seen: Seen }) {
  const rest = seen.history.length - mostShown;
  return (
    <div>
      <p className="text-12 text-faint">What it can tell of its versions, newest first</p>
      <ol>
        {seen.history.slice(0, mostShown).map((one, at) => (
          <li
            key={at}
            className="flex flex-wrap items-baseline gap-x-3 border-b border-line-faint py-0.5 last:border-0"
          >
            <Code>{one.version}</Code>
            <span className="min-w-0 grow text-12 break-all text-faint">{one.detail}</span>
            {isCurrent(seen, at) && <span className="text-12 font-medium">runs now</span>}
            {one.deployedAt && (
              <span className="text-12 text-secondary">
                <DayTime at={one.deployedAt} />
              </span>
            )}
          </li>
        ))}
      </ol>
      {rest > 0 && <p className="text-12 text-faint">and {rest} older</p>}
    </div>
  );
}

function isCurrent({ current, history }: Seen, at: number): boolean {
  const same = history.findIndex((one) => one.version === current?.version && one.detail === current.detail);
  return same === at;
}
