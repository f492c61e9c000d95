import { z } from "zod";
import { Duty } from "#lib/domain/duty.ts";
import { answer, Person, Time } from "#lib/web/answers/common.ts";

export const Duties = answer({
  duties: z.array(
    answer({
      duty: Duty,
      holder: Person.nullable(),
      vacant: z
        .enum(["free", "absent", "disabled", "role_lost"])
        .nullable()
        .describe("Why it can be had at once; null: whoever holds it is asked."),
      request: answer({
        to: Person,
        isOffer: z.boolean().describe("Offered by whoever holds it; else asked for."),
        takesEffectAt: Time.describe("Of an offer: when it lapses."),
      }).nullable(),
    }),
  ),
  present: z.array(Person).describe("Who looks at it now."),
}).meta({ id: "Duties" });
