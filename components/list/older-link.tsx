"use client";

import Link from "next/link";
import { usePathname, useSearchParams } from "next/navigation";

/** To the next page of a list, and back to its beginning. */
export function OlderLink({ next }: { next: string | null }) {
  const pathname = usePathname();
  const asked = useSearchParams();
  const to = (cursor: string | null) => {
    const params = new URLSearchParams(asked);
    if (cursor === null) params.delete("cursor");
    else params.set("cursor", cursor);
    return params.size === 0 ? pathname : `${pathname}?${params.toString()}`;
  };
  if (next === null && !asked.has("cursor")) return null;
  return (
    <p className="flex gap-6">
      {asked.has("cursor") && (
        <Link href={to(null)} className="link">
          The newest
        </Link>
      )}
      {next !== null && (
        <Link href={to(next)} className="link">
          Older ones
        </Link>
      )}
    </p>
  );
}
