import { Code } from "#components/ui/code.tsx";
import { Notice } from "#components/ui/notice.tsx";

/** Said once, where otherwise every row would say it. */
export function NoWorker() {
  return (
    <Notice tone="danger" title="No worker is alive">
      Nothing can be rolled back until one runs. Start it with <Code>lastgood worker</Code>.
    </Notice>
  );
}
