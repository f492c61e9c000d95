"use client";

import { useEffect, useRef } from "react";
import type { Problem } from "#components/action/answer.ts";
import { ProblemNotice } from "#components/action/problem-notice.tsx";

/** Why a press of the action at the lower edge came to nothing, brought into sight: one may have scrolled away from it. */
export function ProblemInView({ problem }: { problem: Problem }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // In a body of its own: newer browsers answer with a promise, which React would take for a clean-up.
    place.current?.scrollIntoView({ block: "center" });
  }, [problem]);
  return (
    <div ref={place}>
      <ProblemNotice problem={problem} />
    </div>
  );
}
