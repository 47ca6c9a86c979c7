import { source, sourceInWords } from "../format";

/** A signal as the Data API lists it: (group, slot) names it in live rows, `name` (`message.signal`) for people. */
export interface Signal {
  name: string;
  /** Of what it is: a message, a rule that derives it, or an object. */
  kind: "message" | "derived" | "object";
  message: string;
  signal: string;
  set: string;
  group: number;
  slot: number;
  unit: string;
  enum: Record<string, string> | null;
  spn?: number | null;
  minimum?: number | null;
  maximum?: number | null;
  comment?: string;
  /** `on_change`: a row only where value or quality differ from the one before, which holds until then. */
  store?: "always" | "on_change";
}

/** A machine's signals by place; it grows when the machine sends messages that it never sent before. */
export class Catalogue {
  private readonly slots = new Map<number, Map<number, Signal>>();

  /** Takes over a list of signals; returns those that are new. */
  add(signals: readonly Signal[]): Signal[] {
    const added = signals.filter(({ group, slot }) => !this.at(group, slot));
    for (const signal of added) {
      const slots = this.slots.get(signal.group) ?? new Map<number, Signal>();
      slots.set(signal.slot, signal);
      this.slots.set(signal.group, slots);
    }
    return added;
  }

  at(group: number, slot: number): Signal | undefined {
    return this.slots.get(group)?.get(slot);
  }

  /** By the name that a finding has captured it by: derived signals have their own alone. */
  named(name: string): Signal | undefined {
    for (const slots of this.slots.values()) {
      for (const signal of slots.values()) if (signal.name === name || signal.name === `derived.${name}`) return signal;
    }
    return undefined;
  }

  knows(group: number): boolean {
    return this.slots.has(group);
  }

  ofGroup(group: number): Iterable<Signal> {
    return this.slots.get(group)?.values() ?? [];
  }
}

/** Where a signal's values come from, as engineers write it and in words. */
export function originOf(signal: Signal, packed: number): [short: string, words: string] {
  if (signal.kind === "derived") return ["rule", "Derived by a rule from other signals"];
  return [source(packed), sourceInWords(packed)];
}

/** The label of an enumeration's value; empty where it has none. */
export function enumLabel(signal: Signal, value: number | null): string {
  return value === null || !signal.enum ? "" : (signal.enum[String(value)] ?? "");
}
