import { z } from "zod";
import { reportSignals, ReportSignals } from "#lib/commands/signal/report.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { FactValue, Severity } from "#lib/domain/incident.ts";
import { failingPlaces } from "#lib/queries/service/failing.ts";
import { AlertmanagerWebhook, signalsOfAlerts } from "#lib/web/alertmanager.ts";
import { answer } from "#lib/web/answers/common.ts";
import { route } from "#lib/web/route.ts";

const tag = "signals";

const FailingPlace = z.object({
  service: z.string(),
  serviceName: z.string(),
  environment: z.string(),
  protected: z.boolean(),
  current: z.string().nullable(),
  crossed: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      severity: Severity,
      value: FactValue,
      unit: z.string(),
    }),
  ),
  mayDeclare: z.boolean(),
});

export const signalRoutes = [
  route({
    id: "listFailing",
    method: "GET",
    path: "/signals/failing",
    access: "service.read",
    summary: "Where the threshold of a trigger is crossed right now, the worst first",
    tag,
    answer: answer({ items: z.array(FailingPlace) }),
    handler: ({ actor }) => failingPlaces(actor),
  }),
  route({
    id: "reportSignals",
    method: "POST",
    path: "/signals",
    access: "webhook",
    summary: "Report what was observed",
    tag,
    body: ReportSignals,
    answer: answer({ accepted: z.number().int() }),
    status: 202,
    handler: ({ actor, body }) => reportSignals(actor, body),
  }),
  route({
    id: "reportAlerts",
    method: "POST",
    path: "/signals/alertmanager",
    access: "webhook",
    summary: "Take alerts from Prometheus Alertmanager",
    tag,
    body: AlertmanagerWebhook,
    answer: answer({ accepted: z.number().int(), ignored: z.array(z.string()) }),
    status: 202,
    handler: async ({ actor, body }) => {
      const { reports, ignored } = signalsOfAlerts(body);
      let accepted = 0;
      for (const report of reports) {
        try {
          accepted += (await reportSignals(actor, report)).accepted;
        } catch (error) {
          // One alert about a service that nobody registered must not make Alertmanager repeat all the others.
          if (!(error instanceof Refusal) || (error.code !== "NOT_FOUND" && error.code !== "INVALID"))
            throw error;
          ignored.push(`${report.service} in ${report.environment}: ${error.message}`);
        }
      }
      return { accepted, ignored };
    },
  }),
];
