import { describe, expect, it } from "vitest";
import { signalsOfAlerts } from "#lib/web/alertmanager.ts";

const labels = { service: "shop", environment: "production", alertname: "HighErrorRate" };

describe("alerts from Alertmanager", () => {
  it("become signals of their service and environment", () => {
    const { reports, ignored } = signalsOfAlerts({
      alerts: [
        { status: "firing", labels, annotations: { value: "12.5%" } },
        { status: "resolved", labels: { ...labels, signal: "error_rate" } },
        { status: "firing", labels: { ...labels, environment: "staging" } },
      ],
    });
    expect(ignored).toEqual([]);
    expect(reports).toEqual([
      {
        service: "shop",
        environment: "production",
        signals: [
          { name: "high_error_rate", value: 12.5, source: "alertmanager" },
          { name: "error_rate", value: 0, source: "alertmanager" },
        ],
      },
      {
        service: "shop",
        environment: "staging",
        signals: [{ name: "high_error_rate", value: 1, source: "alertmanager" }],
      },
    ]);
  });
  it("without the labels that say where are named, not lost in silence", () => {
    const { reports, ignored } = signalsOfAlerts({
      alerts: [{ status: "firing", labels: { alertname: "Disk" } }],
    });
    expect(reports).toEqual([]);
    expect(ignored).toEqual(["Disk: it needs the labels service, environment and alertname."]);
  });
});
