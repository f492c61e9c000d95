import { Page } from "#components/shell/page.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";

export default function Loading() {
  return (
    <Page what="Service" up={{ href: "/services", label: "Services" }}>
      <Skeleton what="the deployments" shape="rungs" rows={8} />
    </Page>
  );
}
