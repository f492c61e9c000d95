"use client";

import { useRouter } from "next/navigation";
import { useEffect, useMemo, useRef, useState } from "react";
import type { z } from "zod";
import type { Act } from "#components/action/answer.ts";
import { ProblemNotice } from "#components/action/problem-notice.tsx";
import { useAct } from "#components/action/use-act.ts";
import { useKept } from "#components/action/use-kept.ts";
import { TestConnection, type InspectTarget } from "#components/service/test-connection.tsx";
import { Page } from "#components/shell/page.tsx";
import { Button } from "#components/ui/button.tsx";
import { LinkButton } from "#components/ui/link-button.tsx";
import {
  initialValue,
  parsePath,
  valueAt,
  type Path,
  type PathError,
} from "#components/ui/schema-form/form-value.ts";
import type { JsonSchema } from "#components/ui/schema-form/json-schema.ts";
import { SchemaForm } from "#components/ui/schema-form/schema-form.tsx";
import { useToast } from "#components/ui/toast.tsx";
import type { RegisterService } from "#lib/domain/service.ts";

type ServiceInput = z.input<typeof RegisterService>;

/** A new service. What was typed stays over errors, reloads and a lost session. */
export function RegisterScreen({
  schema,
  register,
  inspect,
}: {
  schema: JsonSchema;
  register: Act<ServiceInput, { id: string }>;
  inspect: InspectTarget;
}) {
  const router = useRouter();
  const toast = useToast();
  const { run, isBusy, problem } = useAct(register);
  const [kept, keep, forget] = useKept("service:new");
  const [typed, setTyped] = useState<unknown>(undefined);
  const start = useMemo(
    () => (kept === "" ? initialValue(schema, schema) : (JSON.parse(kept) as unknown)),
    [kept, schema],
  );
  const value = typed ?? start;
  /** What a test of a connection found wrong, by the target's place in the form. */
  const [tested, setTested] = useState<Record<string, PathError[]>>({});
  const submit = async () => {
    const answer = await run(value as ServiceInput);
    if (!answer.ok) return;
    forget();
    toast({ tone: "ok", title: "Registered", detail: "Now let your pipeline report its deployments." });
    router.push(`/services/${answer.result.id}`);
  };
  const top = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (problem === null && Object.values(tested).every((errors) => errors.length === 0)) return;
    const wrong = document.querySelector<HTMLElement>("[aria-invalid=true]");
    if (wrong) wrong.focus();
    else top.current?.scrollIntoView({ block: "center" });
  }, [problem, tested]);
  return (
    <Page
      what="Register a service"
      up={{ href: "/services", label: "Services" }}
      width="reading"
      actions={
        <>
          <LinkButton href="/services">Cancel</LinkButton>
          <Button look="primary" busy={isBusy && "Registering"} onClick={() => void submit()}>
            Register
          </Button>
        </>
      }
    >
      <div ref={top} className="empty:hidden">
        {problem && <ProblemNotice problem={problem} />}
      </div>
      <SchemaForm
        name="register"
        schema={schema}
        value={value}
        errors={[...(problem?.errors ?? []), ...Object.values(tested).flat()]}
        extra={(_name, target, path) => (
          <TestConnection
            target={target}
            allow={allowedAt(value, path)}
            inspect={inspect}
            onWrong={(errors) =>
              setTested((before) => ({ ...before, [path.join(".")]: within(path, errors) }))
            }
          />
        )}
        onChange={(next) => {
          setTyped(next);
          setTested({});
          keep(JSON.stringify(next));
        }}
      />
    </Page>
  );
}

function within(path: Path, errors: readonly PathError[]): PathError[] {
  return errors.map((error) => ({ path: [...path, ...parsePath(error.path)], message: error.message }));
}

/** What may be reached for the environment that a target stands in. */
function allowedAt(value: unknown, path: Path): string[] {
  const allow = valueAt(value, [...path.slice(0, 2), "allow"]);
  return Array.isArray(allow) ? allow.filter((one) => typeof one === "string") : [];
}
