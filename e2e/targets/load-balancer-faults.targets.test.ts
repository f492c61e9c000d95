import { execFile } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { adapterContext } from "#e2e/contract/adapter-context.ts";
import { planRequest } from "#e2e/contract/contract-case.ts";
import { runStep } from "#e2e/contract/run-step.ts";
import type { StepRequest } from "#e2e/contract/run-step.ts";
import { needs, servedBy, startLoadBalancer } from "#e2e/targets/load-balancer.ts";
import type { LoadBalancer } from "#e2e/targets/load-balancer.ts";
import { describeWith, missing } from "#e2e/targets/needs.ts";
import { until } from "#e2e/targets/processes.ts";
import { plansOf } from "#lib/adapters/contract.ts";
import { adapterById } from "#lib/adapters/registry.ts";
import type { Route } from "#lib/adapters/traffic-settings.ts";
import { Fault } from "#lib/domain/errors.ts";
import type { JsonObject } from "#lib/domain/json.ts";

let balancer: LoadBalancer;
afterEach(() => balancer.stop());

const settingsWith = (changes: JsonObject): JsonObject =>
  JSON.parse(JSON.stringify({ ...balancer.settings, ...changes })) as JsonObject;

async function plan(operation: string, changes: JsonObject = {}, version = "2.3.0", allow = balancer.allow) {
  const adapter = adapterById(balancer.adapter);
  const settings: unknown = adapter?.settings.parse(settingsWith(changes));
  const { ctx } = adapterContext({ settings, allow });
  const found = adapter?.operations.find(({ id }) => id === operation);
  const request = { ...planRequest({ version }), component: "routing" as const };
  const [planned] = plansOf((await found?.plan(ctx, request)) ?? null);
  if (planned === undefined) throw new Error(`${operation} does not apply.`);
  const { title, notReverted } = planned;
  const desired = planned.desired as Route;
  return { title, notReverted, desired, command: found?.command(settings, desired) ?? "" };
}

const faultOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => (error instanceof Fault ? error : Promise.reject(error as Error)),
  );

function step(
  operation: string,
  desired: unknown,
  changes: JsonObject = {},
  more: Partial<StepRequest> = {},
) {
  const { adapter, allow } = balancer;
  return runStep({ adapter, operation, settings: settingsWith(changes), allow, desired, ...more });
}

async function typed(command: string): Promise<string> {
  const { stdout } = await promisify(execFile)("/bin/sh", ["-c", command], {
    env: { ...process.env, PATH: `${process.env["PATH"] ?? ""}:/usr/sbin` },
  });
  return stdout;
}

describe.each(["haproxy", "nginx", "caddy"] as const)("%s", (kind) => {
  describeWith(`switched for real: ${kind}`, missing(needs[kind]), () => {
    beforeEach(async () => {
      balancer = await startLoadBalancer(kind);
    });

    it("sends every request to the wanted version, and fails none of those that are under way", async () => {
      const { desired, title } = await plan("switch");
      expect(title).toBe("Send all traffic to blue (2.3.0), none to green");
      const over = new AbortController();
      const answers: string[] = [];
      const asking = (async () => {
        while (!over.signal.aborted) answers.push(await servedBy(balancer.url));
      })();
      const slow = fetch(`${balancer.url}/slow`).then((answer) => answer.json());
      await until("a request is under way", () => Promise.resolve(balancer.green.held() === 1));
      expect(await step("switch", desired)).toMatchObject({ fault: null, receipt: { changed: true } });
      over.abort();
      await asking;
      expect(answers.filter((answer) => !answer.startsWith("2."))).toEqual([]);
      const { evidence } = await step("verify-version", { version: "2.3.0", samples: 20 });
      expect(evidence[0]?.detail).toContain("20 of 20 requests");
      balancer.green.release();
      expect(await slow).toEqual({ version: "2.4.0" });
    });

    it("says what is left at the others after the time for it, and none when that has ended", async () => {
      const { desired } = await plan("switch");
      const slow = fetch(`${balancer.url}/slow`).then((answer) => answer.json());
      await until("a request is under way", () => Promise.resolve(balancer.green.held() === 1));
      await step("switch", desired);
      const waiting = await step("drain", desired, { drainSeconds: 0.5 });
      if (kind === "caddy") {
        expect(waiting.evidence[0]?.detail).toContain("does not count them");
        balancer.green.release();
        await slow;
        return;
      }
      expect(waiting.evidence).toMatchObject([{ ok: true }]);
      expect(waiting.evidence[0]?.detail).toMatch(/^After 0\.5 s [1-9]\d* are left at green/);
      const strict = await step("drain", desired, { drainSeconds: 0.2, drainRequired: true });
      expect(strict.evidence).toMatchObject([{ ok: false }]);
      balancer.green.release();
      await slow;
      const ended = await step("drain", desired, { drainRequired: true, drainSeconds: 20 });
      expect(ended.evidence[0]?.detail).toBe("None is left at green.");
    });

    it("names the odd ones while two versions serve", async () => {
      await balancer.tell(["blue", "green"]);
      await until("both serve", async () => {
        const seen = [];
        for (let at = 0; at < 8; at++) seen.push(await servedBy(balancer.url));
        return new Set(seen).size === 2;
      });
      const { fault } = await step("verify-version", { version: "2.3.0", samples: 20 });
      expect(fault).toMatchObject({ kind: "transient", code: "OTHER_VERSION" });
      expect(fault?.message).toMatch(/of 20 requests .* were not answered by 2\.3\.0: request \d+: 2\.4\.0/);
    });

    it("believes what a backend says of itself, not what it is called", async () => {
      balancer.blue.set("2.2.0");
      const lie = { versions: { blue: "2.3.0", green: "2.4.0" } };
      const refused = await faultOf(plan("switch", lie));
      expect(refused).toMatchObject({ kind: "permanent", code: "NOT_IN_POOL" });
      expect((refused as Fault).message).toContain("blue: 2.2.0; green: 2.4.0");
      const declared = settingsWith(lie);
      delete declared["probePath"];
      balancer.settings = declared;
      expect(await plan("switch")).toMatchObject({ desired: { serving: [{ name: "blue" }] } });
    });

    it("changes nothing when the backend holds another version by now, or does not answer", async () => {
      const { desired } = await plan("switch");
      balancer.blue.set("2.2.0");
      expect((await step("switch", desired)).fault).toMatchObject({ kind: "permanent", code: "DRIFT" });
      expect((await step("confirm", desired)).evidence).toMatchObject([{ ok: false }]);
      await balancer.blue.stop();
      expect((await step("switch", desired)).fault).toMatchObject({ kind: "transient" });
      expect(await balancer.serving()).toEqual(["green"]);
      expect(await servedBy(balancer.url)).toBe("2.4.0");
    });

    it("asks no address that is not allowed", async () => {
      const { desired } = await plan("switch");
      expect(await faultOf(plan("switch", {}, "2.3.0", []))).toMatchObject({ code: "ADDRESS_REFUSED" });
      const { fault } = await step("switch", desired, {}, { allow: [] });
      expect(fault).toMatchObject({ kind: "permanent", code: "ADDRESS_REFUSED" });
      expect(await balancer.serving()).toEqual(["green"]);
    });

    it("is a passing fault while it is down", async () => {
      const { desired } = await plan("switch");
      await balancer.stopDaemon();
      const { fault } = await step("switch", desired);
      expect(fault).toMatchObject({ kind: "transient" });
      expect(fault?.advice).not.toBe("");
    });

    it("shows each backend, what it holds, and who serves", async () => {
      const adapter = adapterById(kind);
      const { ctx } = adapterContext({
        settings: adapter?.settings.parse(balancer.settings),
        allow: balancer.allow,
      });
      const shown = await adapter?.inspect?.(ctx, "routing");
      expect(shown?.current).toMatchObject({ version: "2.4.0", detail: "green" });
      const texts = shown?.evidence.map(({ title, detail }) => `${title}: ${detail}`).join(" ") ?? "";
      expect(texts).toMatch(/Backend blue: 127\.0\.0\.1:\d+ gets none.*; holds 2\.3\.0\./);
      expect(texts).toMatch(/Through the load balancer: .*: 2\.4\.0/);
      if (kind === "nginx")
        expect(shown?.tools).toMatchObject([
          { name: "nginx", version: expect.stringMatching(/^\d+\.\d+/) as string },
        ]);
    });

    it("is switched by the command for people", async () => {
      const { command } = await plan("switch");
      await typed(command);
      await typed(command);
      await until("blue serves", async () => (await servedBy(balancer.url)) === "2.3.0");
      expect(await balancer.serving()).toEqual(["blue"]);
    });
  });
});

describeWith("HAProxy itself", missing(needs.haproxy), () => {
  beforeEach(async () => {
    balancer = await startLoadBalancer("haproxy");
  });

  it("sends traffic there after a restart as well, by its state file", async () => {
    const { desired, notReverted } = await plan("switch");
    expect(notReverted).toEqual([]);
    await step("switch", desired);
    await balancer.restart();
    expect(await balancer.serving()).toEqual(["blue"]);
    expect(await servedBy(balancer.url)).toBe("2.3.0");
    expect(await step("switch", desired)).toMatchObject({ receipt: null, fault: null });
  });

  it("loses it at a restart without one, and the plan says so", async () => {
    const bare = settingsWith({});
    delete bare["stateFile"];
    balancer.settings = bare;
    const { desired, notReverted } = await plan("switch");
    expect(notReverted).toMatchObject([{ what: expect.stringContaining("after its next reload") as string }]);
    expect((await step("switch", desired)).fault).toBeNull();
    expect(await servedBy(balancer.url)).toBe("2.3.0");
    await balancer.restart();
    expect(await servedBy(balancer.url)).toBe("2.4.0");
  });

  it("writes the state file that an earlier attempt had no time to write", async () => {
    const { desired } = await plan("switch");
    await balancer.tell(["blue"]);
    expect(await step("switch", desired, {}, { previous: "unknown" })).toMatchObject({
      fault: null,
      receipt: { changed: true },
    });
    await balancer.restart();
    expect(await servedBy(balancer.url)).toBe("2.3.0");
  });

  it("keeps the traffic where it is while the wanted backend is found down", async () => {
    const { desired } = await plan("switch");
    await balancer.blue.stop();
    const declared = settingsWith({ versions: { blue: "2.3.0", green: "2.4.0" }, readySeconds: 2 });
    delete declared["probePath"];
    balancer.settings = declared;
    const { fault } = await step("switch", desired);
    expect(fault).toMatchObject({ kind: "transient", code: "BACKEND_DOWN" });
    expect(await servedBy(balancer.url)).toBe("2.4.0");
  });

  it("names a socket that may only look, one that is not there, one that is forbidden, and a wrong backend", async () => {
    const { desired } = await plan("switch");
    const user = path.join(balancer.folder, "look.sock");
    expect((await step("switch", desired, { socket: user })).fault).toMatchObject({ code: "NOT_PERMITTED" });
    const absent = path.join(balancer.folder, "absent.sock");
    expect((await step("switch", desired, { socket: absent })).fault).toMatchObject({
      kind: "transient",
      code: "NO_CONNECTION",
    });
    expect((await step("switch", desired, { backend: "other" })).fault).toMatchObject({
      kind: "permanent",
      code: "HAPROXY_REFUSES",
    });
    expect(await balancer.serving()).toEqual(["green"]);
  });
});

describeWith("nginx itself", missing(needs.nginx), () => {
  beforeEach(async () => {
    balancer = await startLoadBalancer("nginx");
  });
  const file = (): string => path.join(balancer.folder, "upstream.conf");

  it("gets its previous file back when the configuration is refused, and goes on serving", async () => {
    const before = readFileSync(file(), "utf8");
    const { desired } = await plan("switch");
    const config = path.join(balancer.folder, "nginx.conf");
    writeFileSync(config, readFileSync(config, "utf8").replace("access_log off;", "no_such_directive on;"));
    const { fault } = await step("switch", desired);
    expect(fault).toMatchObject({ kind: "permanent", code: "CONFIGURATION_REFUSED" });
    expect(fault?.message).toContain("no_such_directive");
    expect(fault?.advice).toContain("previous content again");
    expect(readFileSync(file(), "utf8")).toBe(before);
    expect(await servedBy(balancer.url)).toBe("2.4.0");
  });

  it("reads the file that an earlier attempt wrote and had no time to have read", async () => {
    const { desired } = await plan("switch");
    const text = readFileSync(file(), "utf8");
    const [blue, green] = [balancer.blue.address, balancer.green.address];
    writeFileSync(
      file(),
      text
        .replace(`${blue} max_fails=0 down`, `${blue} max_fails=0`)
        .replace(`${green} max_fails=0`, `${green} max_fails=0 down`),
    );
    expect(await servedBy(balancer.url)).toBe("2.4.0");
    const taken = await step("switch", desired, {}, { previous: "unknown" });
    expect(taken).toMatchObject({ fault: null, receipt: { changed: true } });
    expect(await servedBy(balancer.url)).toBe("2.3.0");
  });

  it("writes nothing over somebody else's change", async () => {
    const { desired } = await plan("switch");
    writeFileSync(file(), readFileSync(file(), "utf8").replace("keepalive 4", "keepalive 8"));
    expect((await step("switch", desired)).fault).toMatchObject({ kind: "permanent", code: "DRIFT" });
    expect(readFileSync(file(), "utf8")).toContain("keepalive 8");
    expect(await servedBy(balancer.url)).toBe("2.4.0");
  });

  it("names a backend that the file has not, a block that is not there, a missing file and a wrong process id", async () => {
    expect(await faultOf(plan("switch", { upstream: "other" }))).toMatchObject({ code: "UPSTREAM_MISSING" });
    const backends = { blue: balancer.blue.address };
    expect(await faultOf(plan("switch", { backends }))).toMatchObject({ code: "UNKNOWN_BACKEND" });
    const more = { ...(balancer.settings["backends"] as JsonObject), red: "127.0.0.1:1" };
    expect(await faultOf(plan("switch", { backends: more }))).toMatchObject({ code: "UNKNOWN_BACKEND" });
    const pidFile = path.join(balancer.folder, "other.pid");
    writeFileSync(pidFile, String(process.pid));
    expect(await faultOf(plan("switch", { pidFile }))).toMatchObject({ code: "NGINX_NOT_RUNNING" });
    const { desired } = await plan("switch");
    expect((await step("switch", desired, { nginx: "/nowhere/nginx" })).fault).toMatchObject({
      code: "TOOL_MISSING",
    });
    rmSync(file());
    expect(await faultOf(plan("switch"))).toMatchObject({ code: "FILE_MISSING" });
  });

  it("leaves nothing beside the file but what it held before", async () => {
    const { desired } = await plan("switch");
    const before = readFileSync(file(), "utf8");
    await step("switch", desired);
    const kept = readdirSync(balancer.folder).filter((name) => name.startsWith("."));
    expect(kept).toHaveLength(1);
    expect(readFileSync(path.join(balancer.folder, kept[0] ?? ""), "utf8")).toBe(before);
    chmodSync(file(), 0o644);
    expect(existsSync(file())).toBe(true);
  });
});

describeWith("Caddy itself", missing(needs.caddy), () => {
  beforeEach(async () => {
    balancer = await startLoadBalancer("caddy");
  });

  it("refuses what another has changed in the same moment", async () => {
    const { desired } = await plan("switch");
    const { caddyClient } = await import("#lib/adapters/caddy/client.ts");
    const adapter = adapterById("caddy");
    const { ctx } = adapterContext({
      settings: adapter?.settings.parse(balancer.settings),
      allow: balancer.allow,
    });
    const http: typeof ctx.http = async (request) => {
      if (request.method === "PATCH") await balancer.tell(["blue", "green"]);
      return ctx.http(request);
    };
    const context = { ...ctx, http } as Parameters<typeof caddyClient.route>[0];
    const pool = await caddyClient.read(context);
    expect(await faultOf(caddyClient.route(context, desired, pool))).toMatchObject({
      kind: "transient",
      code: "CONFIGURATION_CHANGED",
    });
    expect(await balancer.serving()).toEqual(["blue", "green"]);
  });

  it("names an upstream that the settings do not, and a path that holds no list", async () => {
    const backends = { blue: balancer.blue.address };
    expect(await faultOf(plan("switch", { backends }))).toMatchObject({ code: "UNKNOWN_BACKEND" });
    for (const upstreams of [
      "/config/apps/http/servers/shop/listen/0",
      "/id/other/upstreams",
      "/config/apps/x",
    ])
      expect(await faultOf(plan("switch", { upstreams }))).toMatchObject({ kind: "permanent" });
  });
});
