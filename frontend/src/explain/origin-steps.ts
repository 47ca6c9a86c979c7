import { make } from "../dom";
import { number } from "../format";
import { bitLegend, bitTable, bytesOf } from "./bit-table";
import type { Bits, Envelope, Explanation, Frame, Multiplexor, ReadObject } from "./explanation";
import { bytes, code, exactTime, facts, quantity, step } from "./words";

/** raw × scale + offset. */
export function computationStep(told: Explanation): HTMLElement | null {
  const { bits, definition, value } = told;
  if (!bits || !definition) return null;
  const pages = bits.multiplexors.map(pageLine);
  if (bits.raw_bits === null) return step("Computation", ["There is nothing to compute: the payload ends before the signal does."], ...pages);
  const result = make("strong", {}, quantity(value.value, definition.unit));
  const sum = make("p", { class: "sum" }, make("span", {}, rawText(bits)), ` × ${signed(bits.scale)} + ${signed(bits.offset)} = `, result);
  if (value.label) sum.append(`, which is called ${value.label}`);
  const title = [`takes ${bits.bits.length} ${bits.bits.length === 1 ? "bit" : "bits"} as a number, times the scale, plus the offset:`];
  const kind = `${bits.type}, ${bits.byte_order === "big" ? "big-endian (Motorola)" : "little-endian (Intel)"}`;
  return step("Computation", title, sum, ...pages, facts(["Raw bits", code(`0x${bits.raw_bits}`)], ["Kind", kind]));
}

function rawText(bits: Bits): string {
  if (bits.raw === null) return "no number";
  return Number.isSafeInteger(bits.raw) || bits.type === "float" ? number(bits.raw) : `0x${bits.raw_bits}`;
}

function signed(value: number): string {
  return value < 0 ? `(${number(value)})` : number(value);
}

function pageLine({ name, raw, label, ranges }: Multiplexor): HTMLElement {
  const pages = ranges.map(([low, high]) => (low === high ? String(low) : `${low} to ${high}`)).join(", ");
  const is = raw === null ? "is not there" : `is ${raw}${label ? ` (${label})` : ""}`;
  return make("p", {}, make("strong", {}, name), ` ${is}; the signal is on the page of ${pages}.`);
}

export function frameStep(told: Explanation): HTMLElement | null {
  const { bits, definition } = told;
  const first = bits?.frames[0];
  if (!bits || !definition || !first) return null;
  const many = bits.transport === "packets";
  const title = many
    ? ["stands in a message of ", make("strong", {}, `${bytes(bytesOf(bits.payload).length)} in ${bits.frames.length - 1} packets`), " (J1939-21):"]
    : ["stands in this frame, ", make("strong", {}, code(first.id)), ` on bus ${first.bus}:`];
  const below: Node[] = [bitLegend(definition.signal, bits), bitTable(bits)];
  if (many) below.push(packets(bits.frames));
  below.push(
    facts(
      ["Payload", bytesOf(bits.payload).length > 64 ? null : code(spaced(bits.payload))],
      ["Sent", many ? null : exactTime(first.ts)],
      ["PGN", first.pgn === null || many ? null : String(first.pgn)],
      ["Place", many ? null : `frame ${first.index} of its envelope, from 0`],
      ["As candump", many ? null : code(`(${seconds(first.ts)}) can${first.bus} ${first.id}#${first.data}`)],
    ),
  );
  return step("Frame", title, ...below);
}

function spaced(hex: string): string {
  return hex.replace(/..(?=.)/g, "$& ");
}

/** As candump writes times. */
function seconds(text: string): string {
  return `${Math.floor(Date.parse(text) / 1000)}.${text.slice(20, 26)}`;
}

function packets(frames: readonly Frame[]): HTMLElement {
  const rows = frames.map((frame) => {
    const name = frame.role === "announcement" ? "announcement" : `packet ${frame.number}`;
    const cells = [name, exactTime(frame.ts), code(frame.id), code(spaced(frame.data)), `${frame.partition}/${frame.offset}/${frame.index}`];
    const row = make("tr", {}, ...cells.map((cell) => make("td", {}, cell)));
    row.toggleAttribute("data-used", frame.used);
    return row;
  });
  const heads = ["", "Sent", "Id", "Data", "Partition/offset/frame"].map((head) => make("th", { scope: "col" }, head));
  const table = make("table", { class: "packets" }, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...rows));
  return make("div", { class: "bit-scroll", tabindex: "0", role: "region", "aria-label": "Packets" }, table);
}

export function objectStep(told: Explanation): HTMLElement | null {
  const { object, definition } = told;
  if (!object || !definition) return null;
  const title = ["stands in object ", make("strong", {}, String(object.number)), " of the envelope, at ", code(object.path), ":"];
  const document = make("pre", { class: "definition", tabindex: "0", "aria-label": "The object" }, object.document + (object.cut ? "\n…" : ""));
  return step("Object", title, sumOf(object, told), document);
}

function sumOf(object: ReadObject, { value, definition }: Explanation): HTMLElement {
  const raw = object.raw === null || object.raw === undefined ? "nothing" : JSON.stringify(object.raw);
  const isPlain = typeof object.raw !== "number" || (object.scale === 1 && object.offset === 0);
  if (isPlain) return make("p", { class: "sum" }, code(raw));
  const result = make("strong", {}, quantity(value.value, definition?.unit ?? ""));
  return make("p", { class: "sum" }, `${raw} × ${signed(object.scale)} + ${signed(object.offset)} = `, result);
}

export function envelopeStep({ envelope, definition }: Explanation): HTMLElement | null {
  if (!envelope) return null;
  const place = `${envelope.topic}[${envelope.partition}] @ ${envelope.offset}`;
  const what = `${envelope.kind === "vehicle_can" ? "frame" : "object"}${envelope.frames === 1 ? "" : "s"}`;
  const came = definition?.kind === "derived" ? "was computed when this came: a " : "came in a ";
  const title = [came, make("strong", {}, envelope.kind), " envelope, in Kafka at ", make("strong", {}, code(place)), "."];
  return step(
    "Envelope",
    title,
    facts(
      ["Device", envelope.device],
      ["Holds", `${number(envelope.frames)} ${what}`],
      ["Times in it", span(envelope)],
      ["Size", envelope.size === null ? null : bytes(envelope.size)],
      ["Content", [envelope.content_type, envelope.content_encoding].filter(Boolean).join(", ")],
      ["Marked", envelope.realtime === null ? null : envelope.realtime ? "real-time" : "not real-time"],
      ["Received", exactTime(envelope.received)],
      ["Raw store", envelope.stored ? null : "does not keep it any more"],
    ),
  );
}

function span({ first_ts, last_ts }: Envelope): Node | null {
  if (first_ts === null || last_ts === null) return null;
  return make("span", {}, exactTime(first_ts), first_ts === last_ts ? "" : " to ", first_ts === last_ts ? "" : exactTime(last_ts));
}

export function hubStep({ envelope }: Explanation): HTMLElement | null {
  if (!envelope) return null;
  const { entity, partition, offset } = envelope.hub;
  const place = partition === null ? entity : `${entity}[${partition}] @ ${offset}`;
  return step(
    "Hub message",
    ["which the hub had as ", make("strong", {}, code(place)), "."],
    facts(
      ["Message id", envelope.message_id ? code(envelope.message_id) : "none; its place stands in for it"],
      ["Enqueued", envelope.enqueued === null ? null : exactTime(envelope.enqueued)],
    ),
  );
}
