/** The two slots that a blue-green proxy switches between. */
export type Colour = "blue" | "green";

export const colours = ["blue", "green"] as const;

/** One version as it was built: what it needs, and what is wrong with it. */
export type Release = {
  version: string;
  commit: string;
  migrationHead: string;
  configuration: Readonly<Record<string, string>>;
  /** Fails for every tenant whose segment was never filled in. */
  readsSegment: boolean;
  /** Keeps every conversation in memory when TRANSCRIPTS is on, and never drops one. */
  keepsTranscripts: boolean;
};

type PastDeployment = { version: string; colour: Colour; hoursAgo: number };

/** A service in one environment: what stands behind one proxy. */
export type Placement = {
  id: "checkout" | "checkout-staging" | "catalog";
  service: string;
  environment: string;
  configurationFile: string;
  usesDatabase: boolean;
  releases: Readonly<Record<Colour, Release>>;
  activeAtFirst: Colour;
  history: readonly PastDeployment[];
};

const checkout230: Release = {
  version: "2.3.0",
  commit: "4c1f0e9b7a52d83e6f90c1b2a7d4e5f60819273a",
  migrationHead: "0003_tenant_questions",
  configuration: {
    ASSISTANT_MODEL: "assist-medium",
    ANSWER_CACHE: "on",
    TRANSCRIPTS: "off",
    WIDGET_THEME: "calm",
  },
  readsSegment: false,
  keepsTranscripts: false,
};

const checkout240: Release = {
  version: "2.4.0",
  commit: "b93d27c05e8146fa9d3b0c7718e2a4f5d6c0b18e",
  migrationHead: "0004_tenant_segment",
  configuration: {
    ASSISTANT_MODEL: "assist-large",
    ANSWER_CACHE: "off",
    TRANSCRIPTS: "on",
    WIDGET_THEME: "calm",
  },
  readsSegment: true,
  keepsTranscripts: true,
};

const catalog511: Release = {
  version: "5.1.1",
  commit: "0d6a7f43c1e95b28a0f7d3c6e4b19258f70a3c6d",
  migrationHead: "none",
  configuration: { ASSISTANT_MODEL: "search-small", ANSWER_CACHE: "on", TRANSCRIPTS: "off" },
  readsSegment: false,
  keepsTranscripts: false,
};

const catalog512: Release = {
  ...catalog511,
  version: "5.1.2",
  commit: "7e20b5d91f3c84a6e7d05b9c2814f6a3d0e9c57b",
  configuration: { ...catalog511.configuration, ASSISTANT_MODEL: "search-medium" },
};

export const checkoutProduction: Placement = {
  id: "checkout",
  service: "shop-checkout",
  environment: "production",
  configurationFile: "checkout.env",
  usesDatabase: true,
  releases: { blue: checkout230, green: checkout240 },
  activeAtFirst: "green",
  history: [
    { version: "2.1.0", colour: "blue", hoursAgo: 1_032 },
    { version: "2.2.1", colour: "green", hoursAgo: 527 },
    { version: "2.3.0", colour: "blue", hoursAgo: 191 },
    { version: "2.4.0", colour: "green", hoursAgo: 0 },
  ],
};

/** Nobody noticed in staging: its tenants all have a segment. */
export const checkoutStaging: Placement = {
  ...checkoutProduction,
  id: "checkout-staging",
  environment: "staging",
  configurationFile: "checkout-staging.env",
  usesDatabase: false,
  history: [
    { version: "2.3.0", colour: "blue", hoursAgo: 240 },
    { version: "2.4.0", colour: "green", hoursAgo: 26 },
  ],
};

export const catalogProduction: Placement = {
  id: "catalog",
  service: "shop-catalog",
  environment: "production",
  configurationFile: "catalog.env",
  usesDatabase: false,
  releases: { green: catalog511, blue: catalog512 },
  activeAtFirst: "blue",
  history: [
    { version: "5.1.1", colour: "green", hoursAgo: 700 },
    { version: "5.1.2", colour: "blue", hoursAgo: 312 },
  ],
};

export const placements = [checkoutProduction, checkoutStaging, catalogProduction] as const;

/** The slot that is not `colour`. */
export const otherColour = (colour: Colour): Colour => (colour === "blue" ? "green" : "blue");
