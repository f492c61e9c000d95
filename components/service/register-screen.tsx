"use client";

import type { z } from "zod";
import type { Act } from "#components/action/answer.ts";
import { ServiceForm } from "#components/service/service-form.tsx";
import type { InspectTarget } from "#components/service/test-connection.tsx";
import type { JsonSchema } from "#components/ui/schema-form/json-schema.ts";
import type { RegisterService } from "#lib/domain/service.ts";

type RegisterScreenProps = {
  schema: JsonSchema;
  secrets: readonly string[];
  register: Act<z.input<typeof RegisterService>, { id: string }>;
  inspect: InspectTarget;
};

/** A new service. */
export function RegisterScreen({ register, ...form }: RegisterScreenProps) {
  return (
    <ServiceForm
      what="Register a service"
      up={{ href: "/services", label: "Services" }}
      verb={{ label: "Register", busy: "Registering" }}
      refused="Nothing was registered"
      draft="service:new"
      act={register}
      done={{ title: "Registered", detail: "Now let your pipeline report its deployments." }}
      {...form}
    />
  );
}
