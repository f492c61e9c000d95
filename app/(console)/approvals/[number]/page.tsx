import type { Metadata } from "next";
import { decide } from "./actions.ts";
import { declare } from "../../rollbacks/[id]/actions.ts";
import { readReview } from "./read-review.ts";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { ReviewScreen } from "#components/approval/review-screen.tsx";
import { getRollback } from "#lib/queries/rollback/get.ts";
import { publicUrl } from "#lib/web/public-url.ts";
import { readPage } from "#lib/web/read-page.ts";

type Props = { params: Promise<{ number: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { number } = await params;
  const read = await readPage((actor) => getRollback(actor, number));
  if (!read.ok) return { title: "Approval" };
  const { serviceName, environment, to } = read.data;
  return { title: `Approve ${number}: ${serviceName} in ${environment} to ${to}` };
}

export default async function ReviewPage({ params }: Props) {
  const { number } = await params;
  const read = await readPage((actor) => readReview(actor, number));
  if (!read.ok) return <RefusedPage what="Approval" problem={read.problem} />;
  const { rollback } = read.data;
  return (
    <ReviewScreen
      key={rollback.plan?.hash ?? "no plan"}
      data={read.data}
      address={publicUrl(`/approvals/${rollback.number}`)}
      decide={decide}
      declare={declare}
    />
  );
}
