"use client";

import { useQuery } from "@tanstack/react-query";
import { fetchApi } from "#components/console/fetch-api.ts";

/** What the API gives at `path`, asked again every `seconds`, starting from what the page came with. */
export function usePolled<T>(path: string, initial: T, seconds = 5): { data: T; error: Error | null } {
  const { data, error } = useQuery({
    queryKey: [path],
    queryFn: ({ signal }) => fetchApi<T>(path, signal),
    initialData: initial,
    staleTime: seconds * 1000,
    refetchInterval: seconds * 1000,
    gcTime: 0,
    retry: false,
  });
  return { data: data ?? initial, error };
}
