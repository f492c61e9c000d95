import { command, nowhere } from "#lib/commands/command.ts";
import { mustBeOffered } from "#lib/commands/playbook/must-be-offered.ts";
import { checkTargets } from "#lib/commands/service/check-targets.ts";
import {
  environmentForRecord,
  writeDependencies,
  writeEnvironments,
} from "#lib/commands/service/write-environments.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { RegisterService } from "#lib/domain/service.ts";

export const registerService = command({
  name: "service.register",
  input: RegisterService,
  load: nowhere,
  async run({ tx, input }) {
    checkTargets(input.environments);
    await mustBeOffered(tx, input.playbook);
    const inserted = await tx.$executeRaw`
      INSERT INTO service (id, name, system, owner, playbook_id)
      VALUES (${input.id}, ${input.name}, ${input.system}, ${input.owner}, ${input.playbook})
      ON CONFLICT (id) DO NOTHING`;
    if (inserted === 0) throw new Refusal("DUPLICATE", "A service with this id is already registered.");
    await writeEnvironments(tx, input.id, input.environments);
    await writeDependencies(tx, input.id, input.dependsOn);
    return {
      result: { id: input.id },
      events: [
        {
          type: "service.registered",
          subject: { kind: "service", id: input.id },
          data: {
            name: input.name,
            system: input.system,
            playbook: input.playbook,
            environments: input.environments.map(environmentForRecord),
          },
        },
      ],
    };
  },
});
