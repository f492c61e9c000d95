import { Page } from "#components/shell/page.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";

export default function Loading() {
  return (
    <Page what="Audit">
      <Skeleton what="the record" rows={12} />
    </Page>
  );
}
