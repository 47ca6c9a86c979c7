import type { ByteOrder, Place } from "./place";
import { LONGEST } from "./place";

/** A value of a form's field: what is typed is text until the server has read it. */
export type Value = string | number | boolean | null;

export const FIELDS = [
  "name", "start", "length", "byte_order", "type", "scale", "offset", "minimum", "maximum", "unit", "spn", "retired",
] as const;
export type Field = (typeof FIELDS)[number];
export type Fields = Record<Field, Value>;

export interface Row {
  key: string;
  /** Number of the condition; null: the unconditional one, which is not there yet. */
  group: number | null;
  /** As it is stored; null: it is new. */
  stored: Fields | null;
  fields: Fields;
}

export interface Group {
  id: number;
  title: string;
  condition: Condition[];
}

export type Condition = [multiplexor: string, ranges: [low: number, high: number][]];

interface Edit {
  key: string;
  group: number | null;
  fields: Partial<Fields>;
}

export interface Base {
  groups: Group[];
  signals: ({ id: number; group: number } & Fields)[];
}

export interface State {
  edits: Edit[];
  errors: Record<string, Record<string, string[]>>;
}

const NEW = "new-";

/** The signals of the page: as they are stored, and what was done to them since. */
export class Draft {
  readonly groups: Group[];
  private readonly byKey = new Map<string, Row>();
  private readonly listeners: (() => void)[] = [];
  private made = 0;

  constructor(base: Base, edits: Edit[]) {
    this.groups = base.groups;
    for (const { id, group, ...stored } of base.signals) {
      this.byKey.set(String(id), { key: String(id), group, stored, fields: { ...stored } });
    }
    for (const edit of edits) this.take(edit);
  }

  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  get rows(): Row[] {
    return [...this.byKey.values()];
  }

  row(key: string): Row | undefined {
    return this.byKey.get(key);
  }

  set(key: string, changes: Partial<Fields>): void {
    const row = this.byKey.get(key);
    if (!row) return;
    Object.assign(row.fields, changes);
    this.tell();
  }

  move(key: string, place: Place): void {
    this.set(key, { start: place.start, length: place.length, byte_order: place.order });
  }

  regroup(key: string, group: number | null): void {
    const row = this.byKey.get(key);
    if (!row || row.stored) return;
    row.group = group;
    this.tell();
  }

  /** A new signal of that place; gives its key. */
  add(group: number | null, place: Place): string {
    const key = `${NEW}${++this.made}`;
    const taken = new Set(this.rows.map((row) => row.fields.name));
    let number = 1;
    while (taken.has(`Signal${number}`)) number += 1;
    this.byKey.set(key, { key, group, stored: null, fields: newFields(`Signal${number}`, place) });
    this.tell();
    return key;
  }

  /** A new signal is gone; one that is stored is retired, and taken back by the same. */
  remove(key: string): void {
    const row = this.byKey.get(key);
    if (!row) return;
    if (row.stored) row.fields.retired = !row.fields.retired;
    else this.byKey.delete(key);
    this.tell();
  }

  isChanged(row: Row, field: Field): boolean {
    return row.stored === null || !same(row.stored[field], row.fields[field]);
  }

  /** What is to be saved: of stored signals the changed fields alone. */
  edits(): Edit[] {
    const edits = this.rows.map((row) => ({
      key: row.key,
      group: row.stored ? null : row.group,
      fields: Object.fromEntries(FIELDS.filter((field) => this.isChanged(row, field)).map((f) => [f, row.fields[f]])),
    }));
    return edits.filter((edit) => Object.keys(edit.fields).length > 0);
  }

  private take(edit: Edit): void {
    const row = this.byKey.get(edit.key);
    if (row) Object.assign(row.fields, edit.fields);
    else if (edit.key.startsWith(NEW)) {
      const fields = { ...newFields("", { start: 0, length: 1, order: "little" }), ...edit.fields };
      this.byKey.set(edit.key, { key: edit.key, group: edit.group, stored: null, fields });
      this.made = Math.max(this.made, Number(edit.key.slice(NEW.length)) || 0);
    }
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

/** null: what is typed is no place yet. */
export function placeOf({ fields }: Row): Place | null {
  const [start, length] = [whole(fields.start), whole(fields.length)];
  if (start === null || length === null || length < 1 || length > LONGEST) return null;
  return { start, length, order: fields.byte_order === "big" ? "big" : ("little" satisfies ByteOrder) };
}

function whole(value: Value): number | null {
  const text = String(value ?? "").trim();
  return /^\d{1,6}$/.test(text) ? Number(text) : null;
}

function newFields(name: string, place: Place): Fields {
  return {
    name, start: place.start, length: place.length, byte_order: place.order, type: "unsigned", scale: 1, offset: 0,
    minimum: null, maximum: null, unit: "", spn: null, retired: false,
  };
}

function same(one: Value, other: Value): boolean {
  if (one === other) return true;
  if (typeof one === "boolean" || typeof other === "boolean") return false;
  const [a, b] = [String(one ?? "").trim(), String(other ?? "").trim()];
  return a === b || (typeof one === "number" && b !== "" && one === Number(b));
}
