"use client";

import { useState } from "react";
import { Elapsed } from "#components/ui/elapsed.tsx";
import { useNow } from "#components/ui/clock-provider.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Section } from "#components/ui/section.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { componentTitle } from "#lib/domain/build-plan-scope.ts";
import type { RollbackView } from "#lib/domain/view.ts";

/** From how many seconds on it is no longer as usual. */
const usualSeconds = 15;

/** While the worker makes the plan: what it is doing, since when, and what it means when it takes long. */
export function Preparing({ rollback }: { rollback: RollbackView }) {
  const now = useNow();
  const [since] = useState(() => now);
  const seconds = now === null || since === null ? 0 : (now - since) / 1000;
  return (
    <Section
      title="Making the plan"
      aside={<span role="status">{since !== null && <Elapsed since={since} />}</span>}
    >
      <div className="grid grid-cols-1 gap-4">
        <ol className="grid gap-1 text-secondary">
          <li>
            A worker asks the targets what it would take:{" "}
            {rollback.scope.map((component) => componentTitle[component].toLowerCase()).join(", ")}. They are
            only looked at.
          </li>
          <li>It runs the checks of the checklist that run themselves.</li>
          <li>It writes the plan with every argument resolved, and its hash.</li>
        </ol>
        {seconds > usualSeconds && (
          <Notice live tone="warn" title="This takes longer than usual">
            A target answers slowly, or no worker is free. Nothing was touched. This page goes on by itself;
            you can leave it and come back.
          </Notice>
        )}
        <Skeleton what="the plan" rows={6} />
      </div>
    </Section>
  );
}
