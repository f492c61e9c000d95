"use client";

import { clsx } from "clsx";
import { Check } from "lucide-react";
import Link from "next/link";
import { DropdownMenu as Radix } from "radix-ui";
import type { ReactNode } from "react";

export type MenuItem =
  | {
      kind: "action";
      label: string;
      consequence?: string;
      icon?: ReactNode;
      danger?: boolean;
      unavailable?: string | null;
      onSelect: () => void;
    }
  | { kind: "link"; label: string; icon?: ReactNode; href: string }
  | { kind: "choice"; label: string; icon?: ReactNode; isChosen: boolean; onSelect: () => void }
  | { kind: "heading"; label: string }
  | { kind: "line" };

const itemLook =
  "flex min-h-control w-full items-start gap-2.5 rounded-1 px-2.5 py-1.5 text-left outline-none select-none data-highlighted:bg-surface-hover [&>svg]:mt-0.5 [&>svg]:size-4 [&>svg]:shrink-0";

/** A list of things to do, each with its consequence where it has one. */
export function Menu({
  trigger,
  items,
  align,
}: {
  trigger: ReactNode;
  items: readonly MenuItem[];
  align?: "start" | "end";
}) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align ?? "end"}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 max-h-[70dvh] min-w-52 max-w-[min(22rem,calc(100vw-1rem))] animate-rise overflow-y-auto rounded-2 bg-surface-raised p-1 shadow-raised"
        >
          {items.map((item, index) => (
            <Item key={index} item={item} />
          ))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Item({ item }: { item: MenuItem }) {
  switch (item.kind) {
    case "line":
      return <Radix.Separator className="my-1 h-px bg-line-soft" />;
    case "heading":
      return <Radix.Label className="px-2.5 pt-2 pb-1 text-12 text-faint">{item.label}</Radix.Label>;
    case "link":
      return (
        <Radix.Item asChild className={itemLook}>
          <Link href={item.href}>
            {item.icon}
            {item.label}
          </Link>
        </Radix.Item>
      );
    case "choice":
      return (
        <Radix.CheckboxItem checked={item.isChosen} onSelect={item.onSelect} className={itemLook}>
          {item.icon}
          <span className="grow">{item.label}</span>
          <Radix.ItemIndicator>
            <Check aria-hidden className="mt-0.5 size-4" />
          </Radix.ItemIndicator>
        </Radix.CheckboxItem>
      );
    case "action":
      return (
        <Radix.Item
          disabled={Boolean(item.unavailable)}
          onSelect={item.onSelect}
          className={clsx(
            itemLook,
            item.danger && "text-state-danger-text",
            item.unavailable && "text-faint",
          )}
        >
          {item.icon}
          <span className="grid">
            <span className="font-medium">{item.label}</span>
            {(item.unavailable ?? item.consequence) && (
              <span className="text-12 text-faint">{item.unavailable ?? item.consequence}</span>
            )}
          </span>
        </Radix.Item>
      );
  }
}
