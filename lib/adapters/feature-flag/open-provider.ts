import type { AdapterContext } from "#lib/adapters/contract.ts";
import { fileProvider } from "#lib/adapters/feature-flag/file.ts";
import { httpProvider } from "#lib/adapters/feature-flag/http.ts";
import type { Provider } from "#lib/adapters/feature-flag/provider.ts";
import type { Settings } from "#lib/adapters/feature-flag/schema.ts";
import { unleashProvider } from "#lib/adapters/feature-flag/unleash.ts";

export function openProvider(ctx: AdapterContext<Settings>): Provider {
  const { provider } = ctx.settings;
  switch (provider.kind) {
    case "unleash":
      return unleashProvider(ctx, provider);
    case "http":
      return httpProvider(ctx, provider);
    case "file":
      return fileProvider(ctx, provider);
  }
}
