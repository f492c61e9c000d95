"use client";

import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useId } from "react";
import { Select } from "#components/ui/select.tsx";

/** Narrows a list by one word of its address, so that the view can be sent to somebody. */
export function ListFilter({
  name,
  label,
  all,
  choices,
}: {
  name: string;
  label: string;
  /** What the empty choice is called: "All services". */
  all: string;
  choices: readonly { value: string; label: string }[];
}) {
  const id = useId();
  const router = useRouter();
  const pathname = usePathname();
  const asked = useSearchParams();
  const choose = (value: string) => {
    const next = new URLSearchParams(asked);
    next.delete("cursor");
    if (value === "") next.delete(name);
    else next.set(name, value);
    router.push(next.size === 0 ? pathname : `${pathname}?${next.toString()}`);
  };
  return (
    <span className="max-w-56 min-w-0">
      <label htmlFor={id} className="sr-only">
        {label}
      </label>
      <Select
        id={id}
        placeholder={all}
        choices={choices}
        value={asked.get(name) ?? ""}
        onChange={(event) => choose(event.target.value)}
      />
    </span>
  );
}
