"use client";

import { useState } from "react";
import { holderWord } from "#components/duty/duty-words.ts";
import { OfferDialog } from "#components/duty/offer-dialog.tsx";
import { TakeDialog } from "#components/duty/take-dialog.tsx";
import type { Duties } from "#components/duty/use-duties.ts";
import { Button } from "#components/ui/button.tsx";
import { Countdown } from "#components/ui/countdown.tsx";
import { Section } from "#components/ui/section.tsx";
import { dutyTitle } from "#lib/domain/duty.ts";
import type { DutyView } from "#lib/domain/duty-view.ts";

/** Who holds which duty, whether they are here, and how it passes on. */
export function DutiesSection({ duties, isRunning }: { duties: Duties; isRunning: boolean }) {
  const { present } = duties.view;
  return (
    <Section title="Who does what">
      <ul>
        {duties.view.duties.map((duty) => (
          <DutyRow key={duty.duty} duty={duty} duties={duties} isRunning={isRunning} />
        ))}
      </ul>
      <p className="pt-2 text-12 break-words text-faint">
        {present.length > 0 && `Looking now: ${present.map((one) => one.name).join(", ")}`}
      </p>
    </Section>
  );
}

function DutyRow({ duty, duties, isRunning }: { duty: DutyView; duties: Duties; isRunning: boolean }) {
  const [asked, setAsked] = useState<"take" | "offer" | null>(null);
  const { holder, request, may, vacant } = duty;
  return (
    <li className="grid gap-1 border-b border-line-faint py-row">
      <span className="flex flex-wrap items-baseline justify-between gap-x-3">
        <span className="text-12 text-faint">{dutyTitle[duty.duty]}</span>
        <span className={vacant === null ? "text-12 text-state-ok-text" : "text-12 text-faint"}>
          {holderWord(duty)}
        </span>
      </span>
      <span className="flex flex-wrap items-center justify-between gap-x-2 gap-y-1">
        <span className="min-w-0 break-words">{holder?.name ?? "Nobody"}</span>
        {may.take && (
          <Button look="quiet" className="-mr-3" onClick={() => setAsked("take")}>
            {holder === null ? "Take it…" : "Take over…"}
          </Button>
        )}
        {may.offer && (
          <Button look="quiet" className="-mr-3" onClick={() => setAsked("offer")}>
            Hand over…
          </Button>
        )}
      </span>
      {request && (
        <span className="flex flex-wrap items-center gap-x-2 text-secondary">
          <span className="min-w-0 break-words">
            {request.isOffer
              ? `Offered to ${request.to.name}; lapses in `
              : `${request.to.name} asks; takes effect in `}
            <Countdown to={request.takesEffectAt} quiet overWord="now, since" />
          </span>
          {may.withdraw && (
            <Button look="quiet" onClick={() => void duties.act({ action: "withdraw", duty: duty.duty })}>
              Take it back
            </Button>
          )}
        </span>
      )}
      <TakeDialog
        duty={duty}
        duties={duties}
        isRunning={isRunning}
        open={asked === "take"}
        onOpenChange={(open) => setAsked(open ? "take" : null)}
      />
      <OfferDialog
        duty={duty}
        duties={duties}
        open={asked === "offer"}
        onOpenChange={(open) => setAsked(open ? "offer" : null)}
      />
    </li>
  );
}
