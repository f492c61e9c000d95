import type { Metadata } from "next";
import {
  abort,
  completeDebt,
  declare,
  decideStep,
  execute,
  pass,
  pause,
  recheck,
  resume,
  tick,
} from "./actions.ts";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { RollbackScreen } from "#components/rollback/rollback-screen.tsx";
import { getRollback } from "#lib/queries/rollback/get.ts";
import { rollbackScreen } from "#lib/queries/rollback/screen.ts";
import { readPage } from "#lib/web/read-page.ts";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { id } = await params;
  const read = await readPage((actor) => getRollback(actor, id));
  if (!read.ok) return { title: "Rollback" };
  const { number, serviceName, environment, to } = read.data;
  return { title: `${number}: ${serviceName} in ${environment} to ${to}` };
}

export default async function RollbackPage({ params }: Props) {
  const { id } = await params;
  const read = await readPage((actor) => rollbackScreen(actor, id));
  if (!read.ok) return <RefusedPage what="Rollback" problem={read.problem} />;
  return (
    <RollbackScreen
      key={read.data.rollback.id}
      {...read.data}
      acts={{
        execute,
        pause,
        resume,
        abort,
        pass,
        actOnStep: decideStep,
        tick,
        recheck,
        declareEmergency: declare,
        completeDebt,
      }}
    />
  );
}
