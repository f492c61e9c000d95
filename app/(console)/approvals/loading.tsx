import { Page } from "#components/shell/page.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";

export default function Loading() {
  return (
    <Page what="Approvals">
      <Skeleton what="what waits for approval" rows={6} />
    </Page>
  );
}
