"use client";

import { useRouter } from "next/navigation";
import { useEffect, useMemo, useRef, useState } from "react";
import type { Act } from "#components/action/answer.ts";
import { ProblemNotice } from "#components/action/problem-notice.tsx";
import { useAct } from "#components/action/use-act.ts";
import { useKept } from "#components/action/use-kept.ts";
import { TestConnection, type InspectTarget } from "#components/service/test-connection.tsx";
import { Page } from "#components/shell/page.tsx";
import { Button } from "#components/ui/button.tsx";
import { LinkButton } from "#components/ui/link-button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import {
  initialValue,
  parsePath,
  standingErrors,
  valueAt,
  withValueAt,
  type Path,
  type PathError,
} from "#components/ui/schema-form/form-value.ts";
import type { JsonSchema } from "#components/ui/schema-form/json-schema.ts";
import { SchemaForm } from "#components/ui/schema-form/schema-form.tsx";
import { useToast } from "#components/ui/toast.tsx";

type ServiceFormProps<Input> = {
  /** What the page is called. */
  what: string;
  up: { href: string; label: string };
  /** The button, and what it says while it is busy. */
  verb: { label: string; busy: string };
  /** What did not happen when it was refused: "Nothing was registered". */
  refused: string;
  /** Under which name what was typed is kept. */
  draft: string;
  /** What the form holds at first; absent: the schema's defaults. */
  first?: unknown;
  schema: JsonSchema;
  /** References to what is stored, to offer. */
  secrets: readonly string[];
  act: Act<Input, { id: string }>;
  inspect: InspectTarget;
  /** What is shown once it is done. */
  done: { title: string; detail: string };
};

/** Everything that is registered about a service. What was typed stays over errors, reloads and a lost session. */
export function ServiceForm<Input>({
  what,
  up,
  verb,
  refused,
  draft,
  first,
  schema,
  secrets,
  act,
  inspect,
  done,
}: ServiceFormProps<Input>) {
  const router = useRouter();
  const toast = useToast();
  const { run, isBusy, problem } = useAct(act);
  const [kept, keep, forget] = useKept(draft);
  const [typed, setTyped] = useState<unknown>(undefined);
  const start = useMemo(
    () => (kept === "" ? (first ?? initialValue(schema, schema)) : (JSON.parse(kept) as unknown)),
    [first, kept, schema],
  );
  const value = typed ?? start;
  /** What was wrong when it was last registered or tested, and what the form held then. */
  const [wrong, setWrong] = useState<{ errors: readonly PathError[]; of: unknown }>({ errors: [], of: null });
  const errors = standingErrors(wrong.errors, wrong.of, value);
  const change = (next: unknown) => {
    setTyped(next);
    keep(JSON.stringify(next));
  };
  const submit = async () => {
    const answer = await run(value as Input);
    if (!answer.ok) {
      setWrong({ errors: answer.problem.errors ?? [], of: value });
      return;
    }
    forget();
    toast({ tone: "ok", ...done });
    router.push(`/services/${answer.result.id}`);
  };
  const top = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (problem === null && wrong.errors.length === 0) return;
    const wrongField = document.querySelector<HTMLElement>("[aria-invalid=true]");
    if (wrongField) wrongField.focus();
    else top.current?.scrollIntoView({ block: "center" });
  }, [problem, wrong]);
  return (
    <Page
      what={what}
      up={up}
      width="reading"
      actions={
        <>
          <LinkButton href={up.href}>Cancel</LinkButton>
          <Button look="primary" busy={isBusy && verb.busy} onClick={() => void submit()}>
            {verb.label}
          </Button>
        </>
      }
    >
      <div ref={top} className="empty:hidden">
        {problem &&
          (problem.errors?.length ? (
            errors.length > 0 && (
              <Notice
                live
                tone="danger"
                title={`${refused}: ${errors.length === 1 ? "one field is" : `${errors.length} fields are`} not right yet.`}
              >
                What is wrong stands beside {errors.length === 1 ? "it" : "each of them"}.
              </Notice>
            )
          ) : (
            <ProblemNotice problem={problem} />
          ))}
      </div>
      <SchemaForm
        name="service"
        schema={schema}
        value={value}
        errors={errors}
        secretReferences={secrets}
        extra={(_name, target, path) => (
          <TestConnection
            target={target}
            allow={allowedAt(value, path)}
            inspect={inspect}
            onWrong={(found) => setWrong({ errors: within(path, found), of: value })}
            onAllow={(place) => change(withValueAt(value, allowOf(path), [...allowedAt(value, path), place]))}
          />
        )}
        onChange={change}
      />
    </Page>
  );
}

/** Where a target's environment says what may be reached. */
const allowOf = (path: Path): Path => [...path.slice(0, 2), "allow"];

/** Paths within a target, or below what may be reached for it, as paths of the form. */
function within(path: Path, errors: readonly PathError[]): PathError[] {
  return errors.map((error) => {
    const [first, ...rest] = parsePath(error.path);
    const at = first === "allow" ? [...allowOf(path), ...rest] : [...path, ...parsePath(error.path)];
    return { path: at, message: error.message };
  });
}

/** What may be reached for the environment that a target stands in. */
function allowedAt(value: unknown, path: Path): string[] {
  const allow = valueAt(value, allowOf(path));
  return Array.isArray(allow) ? allow.filter((one) => typeof one === "string") : [];
}
