import { Page } from "#components/shell/page.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";

export default function Loading() {
  return (
    <Page what="Playbooks">
      <Skeleton what="the playbooks" rows={6} />
    </Page>
  );
}
