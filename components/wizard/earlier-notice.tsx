"use client";

import Link from "next/link";
import { Button } from "#components/ui/button.tsx";
import { formatRelative } from "#components/ui/format-time.ts";
import { Notice } from "#components/ui/notice.tsx";

/** From how many minutes on a draft is one from earlier, and not what is being typed. */
const earlierMinutes = 10;

/** Says what this form already became, or that it was begun some time ago. */
export function EarlierNotice({
  declared,
  openedAt,
  now,
  onForget,
}: {
  declared: string | null;
  openedAt: string | null;
  now: number;
  onForget: () => void;
}) {
  if (declared !== null) {
    return (
      <Notice
        title={`You declared ${declared} with this`}
        action={<Button onClick={onForget}>Declare another</Button>}
      >
        To answer differently now,{" "}
        <Link className="link" href={`/declare?incident=${declared}`}>
          decide again in {declared}
        </Link>
        .
      </Notice>
    );
  }
  if (openedAt === null || now - Date.parse(openedAt) < earlierMinutes * 60_000) return null;
  return (
    <Notice
      title={`You began this ${formatRelative(Date.parse(openedAt), now)}`}
      action={<Button onClick={onForget}>Start over</Button>}
    >
      What you typed is still here, and the clock counts from then.
    </Notice>
  );
}

/** Incidents that are open here already: mostly one wants to go on with that. */
export function OpenIncidents({ open }: { open: readonly { number: string; title: string }[] }) {
  if (open.length === 0) return null;
  return (
    <div className="pt-3">
      <Notice tone="warn" title={open.length === 1 ? "An incident is open here" : "Incidents are open here"}>
        <ul>
          {open.map((one) => (
            <li key={one.number}>
              <Link className="link" href={`/declare/${one.number}`}>
                Go on with <span className="figures">{one.number}</span>
              </Link>
              : {one.title}
            </li>
          ))}
        </ul>
      </Notice>
    </div>
  );
}
