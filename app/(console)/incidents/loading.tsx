import { Page } from "#components/shell/page.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";

export default function Loading() {
  return (
    <Page what="Incidents">
      <Skeleton what="the list" rows={10} />
    </Page>
  );
}
