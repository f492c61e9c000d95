import { Page } from "#components/shell/page.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";

export default function Loading() {
  return (
    <Page what="Playbook" up={{ href: "/playbooks", label: "Playbooks" }}>
      <Skeleton what="the playbook" rows={8} />
    </Page>
  );
}
