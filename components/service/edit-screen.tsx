"use client";

import { useCallback } from "react";
import type { z } from "zod";
import type { Act } from "#components/action/answer.ts";
import { ServiceForm } from "#components/service/service-form.tsx";
import type { InspectTarget } from "#components/service/test-connection.tsx";
import type { JsonSchema } from "#components/ui/schema-form/json-schema.ts";
import type { UpdateService } from "#lib/domain/service.ts";

type Changes = z.input<typeof UpdateService>;
type EditScreenProps = {
  id: string;
  name: string;
  registered: Changes;
  schema: JsonSchema;
  secrets: readonly string[];
  change: Act<{ id: string; changes: Changes }, { id: string }>;
  inspect: InspectTarget;
};

/** What is registered about a service, to be changed. */
export function EditScreen({ id, name, registered, change, ...form }: EditScreenProps) {
  const act = useCallback<Act<Changes, { id: string }>>(
    (typed, key) => change({ id, changes: changesOf(registered, typed) }, key),
    [change, id, registered],
  );
  return (
    <ServiceForm
      what={`Change ${name}`}
      up={{ href: `/services/${id}`, label: name }}
      verb={{ label: "Save", busy: "Saving" }}
      refused="Nothing was changed"
      draft={`service:${id}`}
      first={registered}
      act={act}
      done={{ title: "Saved", detail: "A worker looks at the targets now." }}
      {...form}
    />
  );
}

/** What differs from what was registered. Environments always: targets that are saved are looked at anew. */
function changesOf(registered: Changes, typed: Changes): Changes {
  const isChanged = (name: string) =>
    name === "environments" ||
    JSON.stringify(typed[name as keyof Changes]) !== JSON.stringify(registered[name as keyof Changes]);
  return Object.fromEntries(Object.entries(typed).filter(([name]) => isChanged(name)));
}
