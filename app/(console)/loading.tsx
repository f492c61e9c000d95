import { Page } from "#components/shell/page.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";

export default function Loading() {
  return (
    <Page what="Loading">
      <Skeleton what="the page" rows={8} />
    </Page>
  );
}
