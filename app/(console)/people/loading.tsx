import { Page } from "#components/shell/page.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";

export default function Loading() {
  return (
    <Page what="People">
      <Skeleton what="the people" rows={8} />
    </Page>
  );
}
