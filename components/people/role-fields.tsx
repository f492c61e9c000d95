"use client";

import { useId } from "react";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { roles, roleTitle, type Role } from "#lib/domain/role.ts";

const roleHint: Record<Role, string> = {
  viewer: "Sees everything, changes nothing.",
  operator: "Declares incidents, plans and drives rollbacks.",
  release_manager: "Also approves plans, judges and quarantines versions.",
  admin: "Also registers services and gives roles.",
};

type RoleFieldsProps = {
  role: Role;
  onRole: (role: Role) => void;
  system: string;
  onSystem: (system: string) => void;
  systems: readonly string[];
  most?: Role;
};

/** A role and where it holds. */
export function RoleFields({ role, onRole, system, onSystem, systems, most = "admin" }: RoleFieldsProps) {
  const list = useId();
  const choices = roles.slice(0, roles.indexOf(most) + 1);
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="Role" hint={roleHint[role]}>
        {(control) => (
          <Select
            {...control}
            choices={choices.map((each) => ({ value: each, label: roleTitle[each] }))}
            value={role}
            onChange={(event) => onRole(choices.find((each) => each === event.target.value) ?? role)}
          />
        )}
      </Field>
      <Field label="System" hint="One system's name, or * for everywhere.">
        {(control) => (
          <>
            <Input
              {...control}
              list={list}
              maxLength={100}
              value={system}
              onChange={(event) => onSystem(event.target.value)}
            />
            <datalist id={list}>
              <option value="*" />
              {systems.map((each) => (
                <option key={each} value={each} />
              ))}
            </datalist>
          </>
        )}
      </Field>
    </div>
  );
}
