/** A signal as the Data API lists it: (group, slot) names it in live rows, `name` (`message.signal`) for people. */
export interface Signal {
  name: string;
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
}

/** A machine's signals by name and by place. */
export class Catalogue {
  private readonly places = new Map<string, Signal>();
  private readonly slots = new Map<number, Signal[]>();

  constructor(readonly signals: readonly Signal[]) {
    for (const signal of signals) {
      this.places.set(`${signal.group}:${signal.slot}`, signal);
      const slots = this.slots.get(signal.group) ?? [];
      slots.push(signal);
      this.slots.set(signal.group, slots);
    }
  }

  at(group: number, slot: number): Signal | undefined {
    return this.places.get(`${group}:${slot}`);
  }

  ofGroup(group: number): readonly Signal[] {
    return this.slots.get(group) ?? [];
  }
}

/** The label of an enumeration's value; empty where it has none. */
export function enumLabel(signal: Signal, value: number | null): string {
  return value === null || !signal.enum ? "" : (signal.enum[String(value)] ?? "");
}
