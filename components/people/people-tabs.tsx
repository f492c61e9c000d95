"use client";

import { usePathname } from "next/navigation";
import { TabLinks } from "#components/ui/tab-links.tsx";

const tabs = [
  { href: "/people", label: "People" },
  { href: "/people/on-call", label: "On call" },
  { href: "/people/tokens", label: "API tokens" },
  { href: "/people/secrets", label: "Secrets" },
  { href: "/people/you", label: "You" },
];

export function PeopleTabs() {
  const pathname = usePathname();
  return <TabLinks label="People" tabs={tabs.map((tab) => ({ ...tab, isCurrent: tab.href === pathname }))} />;
}
