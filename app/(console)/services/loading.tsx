import { Page } from "#components/shell/page.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";

export default function Loading() {
  return (
    <Page what="Services">
      <Skeleton what="the services" rows={8} />
    </Page>
  );
}
