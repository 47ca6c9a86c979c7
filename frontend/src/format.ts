const NUMBER = new Intl.NumberFormat("en", { maximumFractionDigits: 20, maximumSignificantDigits: 7, useGrouping: true });
const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const FULL = new Intl.DateTimeFormat("en-GB", {
  year: "numeric", month: "short", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
  timeZoneName: "short",
});

const MOST_DECIMALS = 4;
const FIXED = Array.from(
  { length: MOST_DECIMALS + 1 },
  (_, decimals) => new Intl.NumberFormat("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }),
);

/** At most seven significant digits: what a 32-bit float and an engineer's eye carry. */
export function number(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e12 || size < 1e-6)) return value.toExponential(5).replaceAll("-", "−");
  return NUMBER.format(value).replace("-", "−");
}

/** How many decimals a value needs, of those that a column shows. */
export function decimalsOf(value: number): number {
  const text = NUMBER.format(value);
  const point = text.indexOf(".");
  return point < 0 ? 0 : Math.min(MOST_DECIMALS, text.length - point - 1);
}

/** With a given number of decimals, so that a column of changing values stands still. */
export function fixedNumber(value: number, decimals: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e9 || size < 10 ** -MOST_DECIMALS)) return number(value);
  return (FIXED[decimals] ?? NUMBER).format(value).replace("-", "−");
}

/** "now", "12 s", "3 min", "5 h", "2 d", "3 y"; for ages in milliseconds. */
export function age(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 1) return "now";
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  const days = Math.floor(seconds / 86_400);
  return days < 730 ? `${days} d` : `${Math.floor(days / 365)} y`;
}

/** "now" or "12 s ago". */
export function ago(milliseconds: number): string {
  const text = age(milliseconds);
  return text === "now" ? text : `${text} ago`;
}

export function clock(milliseconds: number): string {
  return CLOCK.format(milliseconds);
}

export function fullTime(milliseconds: number): string {
  return FULL.format(milliseconds);
}

const NOT_J1939 = 254;

/** A source (bus << 16 | source address << 8 | destination address) as engineers write it. */
export function source(packed: number): string {
  const bus = Math.floor(packed / 65_536);
  const from = (packed >> 8) & 255;
  const to = packed & 255;
  if (from === NOT_J1939) return `bus ${bus}`;
  const address = from.toString(16).toUpperCase().padStart(2, "0");
  const destination = to === 255 ? "" : `→${to.toString(16).toUpperCase().padStart(2, "0")}`;
  return `bus ${bus} · ${address}${destination}`;
}

export function sourceInWords(packed: number): string {
  const bus = Math.floor(packed / 65_536);
  const from = (packed >> 8) & 255;
  const to = packed & 255;
  if (from === NOT_J1939) return `Bus ${bus}, no J1939 address`;
  return `Bus ${bus}, J1939 source address ${from}${to === 255 ? ", to all" : `, to address ${to}`}`;
}
