"use client";

import { Tabs as Radix } from "radix-ui";
import type { ReactNode } from "react";

export type Tab = { value: string; label: ReactNode; count?: number; content: ReactNode };

/** Views of one thing. Where each view deserves an address, use TabLinks. */
export function Tabs({
  label,
  tabs,
  value,
  defaultValue,
  onValueChange,
}: {
  label: string;
  tabs: readonly Tab[];
  value?: string;
  defaultValue?: string;
  onValueChange?: (value: string) => void;
}) {
  const first = defaultValue ?? tabs[0]?.value;
  return (
    <Radix.Root
      {...(value === undefined ? {} : { value })}
      {...(first === undefined || value !== undefined ? {} : { defaultValue: first })}
      {...(onValueChange ? { onValueChange } : {})}
    >
      <Radix.List aria-label={label} className="flex gap-1 overflow-x-auto border-b border-line-soft">
        {tabs.map((tab) => (
          <Radix.Trigger
            key={tab.value}
            value={tab.value}
            className="-mb-px min-h-control shrink-0 border-b-2 border-transparent px-3 text-secondary hover:text-primary focus-visible:-outline-offset-2 data-[state=active]:border-ink data-[state=active]:font-strong data-[state=active]:text-primary"
          >
            {tab.label}
            {tab.count !== undefined && (
              <span className="figures pl-1.5 text-12 text-faint">{tab.count}</span>
            )}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => (
        <Radix.Content key={tab.value} value={tab.value} className="pt-4">
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
