type Person = { id: string; name: string; email: string };
type ShiftRow = {
  id: string;
  system: string;
  startsAt: Date;
  endsAt: Date;
  revokedAt: Date | null;
  user: Person;
};

export type ShiftView = {
  id: string;
  person: Person;
  system: string;
  startsAt: string;
  endsAt: string;
  revokedAt: string | null;
};

/** A shift as commands and queries give it. */
export function shiftView({ id, user, system, startsAt, endsAt, revokedAt }: ShiftRow): ShiftView {
  return {
    id,
    person: { id: user.id, name: user.name, email: user.email },
    system,
    startsAt: startsAt.toISOString(),
    endsAt: endsAt.toISOString(),
    revokedAt: revokedAt?.toISOString() ?? null,
  };
}
