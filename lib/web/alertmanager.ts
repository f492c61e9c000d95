import { z } from "zod";

const Labels = z.record(z.string().max(200), z.string().max(4000));

/** What Prometheus Alertmanager sends, as far as it matters here. */
export const AlertmanagerWebhook = z.object({
  alerts: z
    .array(
      z.object({
        status: z.enum(["firing", "resolved"]),
        labels: Labels,
        annotations: Labels.default({}),
        startsAt: z.string().max(40).optional(),
      }),
    )
    .max(200),
});
export type AlertmanagerWebhook = z.input<typeof AlertmanagerWebhook>;

export type AlertSignals = {
  service: string;
  environment: string;
  signals: { name: string; value: number; source: string }[];
};

/**
 * Turns alerts into signals, one list per service and environment (their labels of that name). A signal is named by the
 * label `signal`, else by the alert; its value is the annotation `value`, else 1 while it fires; 0 once it is resolved.
 */
export function signalsOfAlerts(webhook: AlertmanagerWebhook): {
  reports: AlertSignals[];
  ignored: string[];
} {
  const reports = new Map<string, AlertSignals>();
  const ignored: string[] = [];
  for (const { status, labels, annotations = {} } of webhook.alerts) {
    const { service, environment, alertname = "", signal = alertname } = labels;
    const name = signalName(signal);
    if (service === undefined || environment === undefined || name === null) {
      ignored.push(
        `${alertname === "" ? "An alert" : alertname}: it needs the labels service, environment and alertname.`,
      );
      continue;
    }
    const key = JSON.stringify([service, environment]);
    const report = reports.get(key) ?? { service, environment, signals: [] };
    report.signals.push({
      name,
      value: status === "resolved" ? 0 : valueOf(annotations["value"]),
      source: "alertmanager",
    });
    reports.set(key, report);
  }
  return { reports: [...reports.values()], ignored };
}

function valueOf(text: string | undefined): number {
  const value = Number(text?.replace(/%$/, "") ?? 1);
  return Number.isFinite(value) ? value : 1;
}

/** `HighErrorRate` → `high_error_rate`; null when nothing of a name is left. */
function signalName(text: string): string | null {
  const name = text
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[_0-9]+|_+$/g, "")
    .slice(0, 64);
  return name === "" ? null : name;
}
