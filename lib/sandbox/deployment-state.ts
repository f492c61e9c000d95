import { createHash } from "node:crypto";
import { readFileIfPresent, writeFileAtomically } from "./atomic-file.ts";
import { colours, otherColour } from "./fleet.ts";
import type { Colour, Placement } from "./fleet.ts";

export type HistoryEntry = {
  version: string;
  environment: Colour;
  at: string;
  action: "deploy" | "rollback";
};
export type Reply = { status: number; body: Record<string, unknown> };

/** The optional precondition of a rollback: absolute, so that a second call with it changes nothing. */
export type Precondition = { from?: Colour; to?: Colour; version?: string };

/** A request with an Idempotency-Key; `text` is what must be the same for the key to mean the same. */
export type KeyedRequest = { key: string; text: string };

type Remembered = { key: string; digest: string; reply: Reply };
type Stored = { active: Colour; switchedAt: string; history: HistoryEntry[]; remembered: Remembered[] };

const keptHistory = 100;
const keptKeys = 200;
const hour = 3_600_000;

/** Which colour serves, how it came to that, and what was answered to whom. On disk before it takes effect. */
export class DeploymentState {
  readonly #path: string;
  readonly #placement: Placement;
  #stored: Stored;

  constructor(path: string, placement: Placement, createdAt: string) {
    this.#path = path;
    this.#placement = placement;
    const text = readFileIfPresent(path);
    this.#stored = text === null ? this.#first(createdAt) : (JSON.parse(text) as Stored);
    if (text === null) this.#save(this.#stored);
  }

  get active(): Colour {
    return this.#stored.active;
  }

  get switchedAt(): string {
    return this.#stored.switchedAt;
  }

  get history(): readonly HistoryEntry[] {
    return this.#stored.history;
  }

  /** Where a rollback with this precondition goes; a Reply when it cannot go anywhere. */
  rollbackTarget({ from, to, version }: Precondition): Colour | Reply {
    const target = to ?? otherColour(from ?? this.active);
    const installed = this.#placement.releases[target].version;
    if (version !== undefined && version !== installed) {
      return this.#conflict(`The ${target} environment runs ${installed}, not ${version}.`);
    }
    if (to !== undefined && to === this.active) return this.#unchanged();
    if (from !== undefined && from !== this.active) {
      return this.#conflict(`The current environment is ${this.active}, not ${from}.`);
    }
    return target;
  }

  /** The colour that runs `version`, or null when neither does. */
  colourOf(version: string): Colour | null {
    return colours.find((colour) => this.#placement.releases[colour].version === version) ?? null;
  }

  /** Sends traffic to `colour`; the switch and the answer to `request` are written in one step. */
  switchTo(colour: Colour, action: HistoryEntry["action"], request: KeyedRequest | null): Reply {
    const previous = this.active;
    if (colour === previous) return this.keep(this.#unchanged(), request);
    const at = new Date().toISOString();
    const { version } = this.#placement.releases[colour];
    const reply: Reply = {
      status: 200,
      body: { changed: true, currentEnvironment: colour, version, previousEnvironment: previous, at },
    };
    const history = [...this.#stored.history, { version, environment: colour, at, action }].slice(
      -keptHistory,
    );
    this.#save({ active: colour, switchedAt: at, history, remembered: this.#with(reply, request) });
    return reply;
  }

  /** Remembers an answer under the request's key, if it has one, and returns it. */
  keep(reply: Reply, request: KeyedRequest | null): Reply {
    if (request) this.#save({ ...this.#stored, remembered: this.#with(reply, request) });
    return reply;
  }

  /** What was answered to the same key and body; a refusal for the same key with another body. */
  recall({ key, text }: KeyedRequest): Reply | null {
    const found = this.#stored.remembered.find((entry) => entry.key === key);
    if (!found) return null;
    if (found.digest !== digest(text))
      return this.#conflict("This Idempotency-Key was used for another request.");
    return found.reply;
  }

  #with(reply: Reply, request: KeyedRequest | null): Remembered[] {
    if (!request) return this.#stored.remembered;
    const entry = { key: request.key, digest: digest(request.text), reply };
    return [...this.#stored.remembered, entry].slice(-keptKeys);
  }

  #unchanged(): Reply {
    const { active } = this;
    const { version } = this.#placement.releases[active];
    return { status: 200, body: { changed: false, currentEnvironment: active, version } };
  }

  #conflict(error: string): Reply {
    return { status: 409, body: { ...this.#unchanged().body, error } };
  }

  #first(createdAt: string): Stored {
    const { activeAtFirst, history } = this.#placement;
    const entries = history.map(({ version, colour, hoursAgo }): HistoryEntry => {
      const at = new Date(Date.parse(createdAt) - hoursAgo * hour).toISOString();
      return { version, environment: colour, at, action: "deploy" };
    });
    return {
      active: activeAtFirst,
      switchedAt: entries.at(-1)?.at ?? createdAt,
      history: entries,
      remembered: [],
    };
  }

  #save(next: Stored): void {
    writeFileAtomically(this.#path, `${JSON.stringify(next, null, 2)}\n`);
    this.#stored = next;
  }
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
