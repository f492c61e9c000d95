import { Fault } from "#lib/domain/errors.ts";

export type ServerState = {
  name: string;
  /** host:port */
  address: string;
  /** Running, and its health check, where it has one, has passed. */
  isUp: boolean;
  /** A bit field, as in the manual under “show servers state”. */
  admin: number;
  weight: number;
  initialWeight: number;
};

const forcedDrain = 0x08;
/** Forced or inherited maintenance, forced or inherited drain, no address: not how it once was configured (0x04, 0x40). */
const withoutTraffic = 0x01 | 0x02 | 0x08 | 0x10 | 0x20;

/* Fields of the server state. A server that comes out of maintenance counts as running before it was ever checked. */
const running = 2;
const checked = 0x02;
const passed = 3;

/** Whether maintenance or a drain keeps new requests from it. */
export const isHeld = ({ admin }: ServerState): boolean => (admin & withoutTraffic) !== 0;

/** Whether new requests are sent to it, as it is set. */
export const getsTraffic = (server: ServerState): boolean => !isHeld(server) && server.weight > 0;

export const isDraining = ({ admin }: ServerState): boolean => (admin & forcedDrain) !== 0;

/** Reads what `show servers state` prints, and a server-state-file holds. Throws Fault UNKNOWN_STATE. */
export function parseServerState(text: string, backend: string): ServerState[] {
  const lines = text.split("\n");
  const columns =
    lines
      .find((line) => line.startsWith("# "))
      ?.slice(2)
      .split(" ") ?? [];
  const at = (name: string): number => {
    const found = columns.indexOf(name);
    if (found >= 0) return found;
    throw new Fault(
      "permanent",
      "UNKNOWN_STATE",
      `HAProxy shows no ${name} in its server state.`,
      "HAProxy 1.8 or later is needed; check what listens at the socket.",
    );
  };
  const [be, name, address, port] = [at("be_name"), at("srv_name"), at("srv_addr"), at("srv_port")];
  const [admin, weight, initial] = [at("srv_admin_state"), at("srv_uweight"), at("srv_iweight")];
  const [operational, result, checks] = [at("srv_op_state"), at("srv_check_result"), at("srv_check_state")];
  return lines.flatMap((line) => {
    const cells = line.split(" ");
    if (line.startsWith("#") || cells.length < columns.length || cells[be] !== backend) return [];
    const cell = (index: number): string => cells[index] ?? "";
    const host = cell(address).includes(":") ? `[${cell(address)}]` : cell(address);
    return [
      {
        name: cell(name),
        address: `${host}:${cell(port)}`,
        isUp:
          Number(cell(operational)) === running &&
          ((Number(cell(checks)) & checked) === 0 || Number(cell(result)) >= passed),
        admin: Number(cell(admin)),
        weight: Number(cell(weight)),
        initialWeight: Number(cell(initial)),
      },
    ];
  });
}

/** Current sessions by server, of what `show stat` prints. */
export function parseSessions(text: string, backend: string): Map<string, number> {
  const [head = "", ...rows] = text.trim().split("\n");
  const columns = head.replace(/^# /, "").split(",");
  const [name, server, sessions] = ["pxname", "svname", "scur"].map((column) => columns.indexOf(column));
  return new Map(
    rows.flatMap((row) => {
      const cells = row.split(",");
      if (cells[name ?? -1] !== backend) return [];
      return [[cells[server ?? -1] ?? "", Number(cells[sessions ?? -1])]];
    }),
  );
}
