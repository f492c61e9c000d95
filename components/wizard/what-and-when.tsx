"use client";

import { Button } from "#components/ui/button.tsx";
import { useInBrowser } from "#components/ui/clock-provider.tsx";
import { Field } from "#components/ui/field.tsx";
import { formatRelative, formatUtc } from "#components/ui/format-time.ts";
import { Input } from "#components/ui/input.tsx";
import { Section } from "#components/ui/section.tsx";
import { fromLocalText, localText } from "#components/wizard/local-time.ts";

type WhatAndWhenProps = {
  service: string;
  title: string;
  detectedAt: string;
  /** Whether people outside read the title. */
  isPublic: boolean;
  errors: { title: string | null; detectedAt: string | null };
  now: number;
  onTitle: (text: string) => void;
  onDetected: (at: number) => void;
};

const minutesAgo = [0, 5, 15];

/** What it is called, and since when it is known. */
export function WhatAndWhen(props: WhatAndWhenProps) {
  const { service, title, detectedAt, isPublic, errors, now, onTitle, onDetected } = props;
  const inBrowser = useInBrowser();
  const at = Date.parse(detectedAt);
  return (
    <Section title="What is wrong">
      <div className="grid grid-cols-1 gap-4 xl:grid-cols-[minmax(0,1fr)_auto] xl:items-end">
        <Field
          label="Title"
          error={errors.title}
          hint={
            isPublic
              ? "Everyone reads this on the public status page: what people notice, no names, no causes."
              : "Only people with an account read this: this environment is not on the public status page."
          }
        >
          {(control) => (
            <Input
              {...control}
              data-first
              type="text"
              name="title"
              autoComplete="off"
              maxLength={200}
              required
              value={title}
              placeholder={`${service} answers with errors`}
              onChange={(event) => onTitle(event.target.value)}
            />
          )}
        </Field>
        <Field
          label="Detected"
          error={errors.detectedAt}
          hint={
            inBrowser
              ? `${formatRelative(at, now)}, ${formatUtc(at).replace(/:\d\d UTC$/, " UTC")}. The deadline counts from here.`
              : "The deadline counts from here."
          }
        >
          {(control) => (
            <span className="flex flex-wrap items-center gap-1">
              <Input
                {...control}
                type="datetime-local"
                className="w-auto!"
                value={inBrowser ? localText(at) : ""}
                onChange={(event) => {
                  const moment = fromLocalText(event.target.value);
                  if (moment !== null) onDetected(moment);
                }}
              />
              {minutesAgo.map((minutes) => (
                <Button key={minutes} look="quiet" onClick={() => onDetected(now - minutes * 60_000)}>
                  {minutes === 0 ? "Now" : `${minutes} min ago`}
                </Button>
              ))}
            </span>
          )}
        </Field>
      </div>
    </Section>
  );
}
