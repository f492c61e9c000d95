"use client";

import { ProblemNotice } from "#components/action/problem-notice.tsx";
import { dutyTask } from "#components/duty/duty-words.ts";
import type { Duties } from "#components/duty/use-duties.ts";
import { Button } from "#components/ui/button.tsx";
import { Countdown } from "#components/ui/countdown.tsx";
import { Notice } from "#components/ui/notice.tsx";

/** What waits for the reader's own answer: somebody asks for their duty, or offers them one. */
export function HandOverNotices({ duties }: { duties: Duties }) {
  const { view, act, isBusy, problem } = duties;
  return view.duties.map(({ duty, holder, request, may }) => {
    if (request === null || !may.answer) return null;
    const { isOffer, to, takesEffectAt, reason } = request;
    const title = isOffer
      ? `${holder?.name ?? "Somebody"} asks you to ${dutyTask[duty]}`
      : `${to.name} asks to ${dutyTask[duty]}`;
    return (
      <Notice
        key={duty}
        live
        tone="warn"
        title={title}
        action={
          <span className="flex flex-wrap gap-2">
            <Button onClick={() => void act({ action: "decline", duty })} busy={isBusy && "Answering"}>
              {isOffer ? "Decline" : "Keep it"}
            </Button>
            <Button
              look="primary"
              onClick={() => void act({ action: "accept", duty })}
              busy={isBusy && "Answering"}
            >
              {isOffer ? "Accept" : "Hand it over"}
            </Button>
          </span>
        }
      >
        {reason && <p className="break-words">{reason}</p>}
        <p>
          {isOffer ? "Without your answer nothing changes." : "Without your answer it becomes theirs."} Time
          to answer: <Countdown to={takesEffectAt} quiet overWord="over by" />
        </p>
        {problem && <ProblemNotice problem={problem} />}
      </Notice>
    );
  });
}
