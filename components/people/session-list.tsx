"use client";

import { useState } from "react";
import { useAct } from "#components/action/use-act.ts";
import { ProblemNotice } from "#components/action/problem-notice.tsx";
import { useRefresh } from "#components/console/use-refresh.ts";
import { deviceWords } from "#components/people/device-words.ts";
import type { PersonActions, SessionView } from "#components/people/people-data.ts";
import { Button } from "#components/ui/button.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";

type SessionListProps = {
  user: string;
  sessions: readonly SessionView[];
  /** Absent where the reader may only look. */
  end?: PersonActions["endSessions"];
};

const forbidden: PersonActions["endSessions"] = () =>
  Promise.reject(new Error("Ending sessions was not offered."));

/** Where somebody is signed in. Ending one takes effect with its next request. */
export function SessionList({ user, sessions, end }: SessionListProps) {
  const refresh = useRefresh();
  const { run, isBusy, problem } = useAct(end ?? forbidden);
  const [ending, setEnding] = useState<string | null>(null);
  const act = async (session: string | null) => {
    setEnding(session ?? "all");
    const answer = await run({ user, ...(session === null ? {} : { session }) });
    setEnding(null);
    if (answer.ok) refresh();
  };
  if (sessions.length === 0) return <p className="text-secondary">Signed in nowhere.</p>;
  return (
    <div className="grid gap-3">
      <ul>
        {sessions.map((session) => (
          <li
            key={session.id}
            className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line-faint py-row"
          >
            <span className="min-w-0 grow">
              {deviceWords(session.userAgent)}
              {session.isThisOne && <span className="font-strong">, this one</span>}
              <span className="block text-12 text-faint">
                last used <RelativeTime at={session.lastSeenAt} />
              </span>
            </span>
            {end && (
              <Button
                aria-label={`End the session of ${deviceWords(session.userAgent)}`}
                busy={isBusy && ending === session.id && "Ending"}
                onClick={() => void act(session.id)}
              >
                End
              </Button>
            )}
          </li>
        ))}
      </ul>
      {end && sessions.length > 1 && (
        <p>
          <Button busy={isBusy && ending === "all" && "Ending"} onClick={() => void act(null)}>
            End all of them
          </Button>
        </p>
      )}
      {problem && <ProblemNotice problem={problem} />}
    </div>
  );
}
