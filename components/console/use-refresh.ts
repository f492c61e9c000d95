"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useCallback } from "react";

/** After something was done: asks again for all that is on screen, without losing what is typed or scrolled. */
export function useRefresh(): () => void {
  const client = useQueryClient();
  const router = useRouter();
  return useCallback(() => {
    void client.invalidateQueries();
    router.refresh();
  }, [client, router]);
}
