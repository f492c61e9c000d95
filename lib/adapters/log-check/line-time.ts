const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const named = months.join("|");
/** So much of a line is looked at for its time. */
const head = 1000;

const iso = /(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?\s?(Z|[+-]\d\d:?\d\d)?/;
const commonLog = new RegExp(`(\\d\\d)/(${named})/(\\d{4}):(\\d\\d):(\\d\\d):(\\d\\d) ([+-]\\d{4})`);
const syslog = new RegExp(`^(?:<\\d{1,3}>)?(${named})\\s+(\\d{1,2}) (\\d\\d):(\\d\\d):(\\d\\d)`);
const epoch = /"(?:ts|time|timestamp|@timestamp)"\s*:\s*"?(\d{10}(?:\.\d{1,9})?|\d{13})(?![\d])/;

/**
 * When a line of a log was written, in ms of Unix time: RFC 3339 and its relatives, the common log format, syslog, and
 * numbers in JSON. Null when it does not tell. `offset` ("+01:00") is for times that name no zone.
 */
export function lineTime(line: string, offset: string, now: number): number | null {
  const text = line.slice(0, head);
  const full = iso.exec(text);
  if (full !== null) {
    const [, year, month, day, hour, minute, second, fraction = "0", zone = offset] = full;
    return parsed(`${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.slice(0, 3)}`, zone);
  }
  const common = commonLog.exec(text);
  if (common !== null) {
    const [, day, month = "", year, hour, minute, second, zone = offset] = common;
    return parsed(`${year}-${monthNumber(month)}-${day}T${hour}:${minute}:${second}`, zone);
  }
  const number = epoch.exec(text)?.[1];
  if (number !== undefined) return number.length === 13 ? Number(number) : Number(number) * 1000;
  const short = syslog.exec(text);
  if (short === null) return null;
  const [, month = "", day = "", hour, minute, second] = short;
  const year = new Date(now).getUTCFullYear();
  // It names no year: whichever lies nearest to now.
  const candidates = [year - 1, year, year + 1].map((one) =>
    parsed(`${one}-${monthNumber(month)}-${day.padStart(2, "0")}T${hour}:${minute}:${second}`, offset),
  );
  return candidates.reduce<number | null>(
    (a, b) => (b !== null && (a === null || Math.abs(b - now) < Math.abs(a - now)) ? b : a),
    null,
  );
}

const monthNumber = (name: string): string => String(months.indexOf(name) + 1).padStart(2, "0");

function parsed(local: string, zone: string): number | null {
  const colon = zone === "Z" || zone.includes(":") ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
  const time = Date.parse(local + colon);
  return Number.isNaN(time) ? null : time;
}
