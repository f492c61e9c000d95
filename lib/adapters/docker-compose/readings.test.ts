import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseComposeConfig } from "#lib/adapters/docker-compose/compose-config.ts";
import { parseComposeVersion } from "#lib/adapters/docker-compose/compose-tool.ts";
import { withoutFrames } from "#lib/adapters/docker-compose/containers.ts";
import type { Container } from "#lib/adapters/docker-compose/containers.ts";
import { countOf, readinessOf } from "#lib/adapters/docker-compose/gate.ts";
import { pinContent, restartOverride } from "#lib/adapters/docker-compose/project.ts";
import { rightImage } from "#lib/adapters/docker-compose/start-layer.ts";

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

// As the two generations print the same project.
const configOfV1 = `services:
  api:
    build:
      context: /srv/shop
    deploy:
      replicas: 3
    environment:
      PASSWORD: hidden
    healthcheck:
      interval: 1s
      test:
      - CMD
      - "true"
    image: registry.example.com:5000/shop/api:2.0.0
  built:
    build:
      context: /srv/shop
  db:
    image: postgres
    scale: 2
version: '3.9'

`;
const configOfV2 = `name: shop
services:
  api:
    build:
      context: /srv/shop
      dockerfile: Dockerfile
    deploy:
      replicas: 3
    environment:
      PASSWORD: "hidden"
    healthcheck:
      test:
        - CMD
        - "true"
      interval: 1s
    image: registry.example.com:5000/shop/api:2.0.0
    networks:
      default: null
  built:
    build:
      context: /srv/shop
    networks:
      default: null
  db:
    image: postgres
    networks:
      default: null
    scale: 2
networks:
  default:
    name: shop_default
`;

describe("What compose prints", () => {
  it("is read alike of docker-compose 1 and docker compose 2, and holds nothing of environments", () => {
    const services = {
      api: { repository: "registry.example.com:5000/shop/api", replicas: 3 },
      built: { repository: null, replicas: 1 },
      db: { repository: "postgres", replicas: 2 },
    };
    expect(parseComposeConfig(configOfV1)).toEqual(services);
    expect(parseComposeConfig(configOfV2)).toEqual(services);
  });

  it.each(["", "services: [", "services: 1", "- a", "\u0000"])(
    "is nothing where it is no project: %j",
    (text) => {
      expect(parseComposeConfig(text)).toBeNull();
    },
  );

  it("tells a version, or is the help of a docker without the plugin", () => {
    expect(["1.29.2\n", "v2.26.1\n", "2.26.1-4\n"].map(parseComposeVersion)).toEqual([
      "1.29.2",
      "2.26.1",
      "2.26.1-4",
    ]);
    expect(parseComposeVersion("docker: unknown command: docker compose\n")).toBeNull();
    expect(parseComposeVersion("")).toBeNull();
  });
});

const running: Container = {
  id: "1",
  name: "shop-api-1",
  service: "api",
  number: "1",
  imageId: digest("1"),
  imageName: "app:v1",
  digests: [`reg/app@${digest("a")}`],
  status: "running",
  health: "none",
  startedAt: "2026-01-01T00:00:00Z",
  exitCode: 0,
  restarts: 0,
  isRestarted: true,
  isTerminal: false,
  rollback: null,
};
const now = Date.parse("2026-01-01T00:00:10Z");
const stateOf = (changes: Partial<Container>) => readinessOf({ ...running, ...changes }, now, 3).state;

describe("A container", () => {
  it("is ready when it is healthy, or has run for a while without a health check", () => {
    expect(stateOf({ health: "healthy" })).toBe("ready");
    expect(stateOf({})).toBe("ready");
    expect(stateOf({ startedAt: "2026-01-01T00:00:08Z" })).toBe("waiting");
  });

  it("is waited for while it starts, and given up when it has ended, fails its check or crashes again and again", () => {
    expect(stateOf({ health: "starting" })).toBe("waiting");
    expect(stateOf({ status: "created" })).toBe("waiting");
    expect(stateOf({ status: "restarting", restarts: 1 })).toBe("waiting");
    expect(stateOf({ status: "restarting", restarts: 5 })).toBe("failed");
    expect(stateOf({ health: "unhealthy" })).toBe("failed");
    expect(stateOf({ status: "exited", exitCode: 1 })).toBe("failed");
    expect(stateOf({ status: "dead" })).toBe("failed");
  });

  it("counts by its digest: N of N, and the odd one is named", () => {
    const judged = (changes: Partial<Container>) => ({
      ...running,
      ...changes,
      readiness: { state: "ready", why: "" } as const,
    });
    const right = rightImage({ api: `other/name@${digest("a")}` });
    const two = [judged({}), judged({ name: "shop-api-2" })];
    expect(countOf(two, "api", 2, right)).toEqual({ good: 2, wanted: 2, odd: null });
    expect(countOf(two, "api", 3, right)).toMatchObject({ odd: "api: 2 of 3 containers run" });
    const odd = [judged({}), judged({ name: "shop-api-2", imageId: digest("2"), digests: [] })];
    expect(countOf(odd, "api", 2, right)).toMatchObject({
      good: 1,
      odd: expect.stringMatching(/^shop-api-2: it runs app:v1/) as string,
    });
    expect(countOf([], "api", 1, right).odd).toMatch(/0 of 1/);
  });
});

it("takes the engine's frames out of a log, also out of one that was cut off", () => {
  const frame = (text: string) =>
    Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, text.length]), Buffer.from(text)]);
  const log = Buffer.concat([frame("one\n"), frame("two\n")]);
  expect(withoutFrames(log).toString()).toBe("one\ntwo\n");
  expect(withoutFrames(log.subarray(0, -2)).toString()).toBe("one\ntw");
  expect(withoutFrames(Buffer.from("x")).toString()).toBe("");
});

it("writes compose files that are YAML, the same bytes for the same images in any order", () => {
  const images = { worker: `reg/w@${digest("b")}`, api: `reg/a@${digest("a")}` };
  const text = pinContent(images);
  expect(parse(text)).toEqual({
    services: {
      api: { image: images.api, pull_policy: "never" },
      worker: { image: images.worker, pull_policy: "never" },
    },
  });
  expect(pinContent({ api: images.api, worker: images.worker })).toBe(text);
  const override = restartOverride({ services: ["api"], rollback: "rb_1" }, images);
  expect(parse(override)).toMatchObject({
    services: { api: { image: images.api, labels: { "lastgood.rollback": "rb_1" } } },
  });
});
