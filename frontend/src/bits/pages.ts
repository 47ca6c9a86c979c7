import type { Condition, Group, Row } from "./draft";

/** What frames have together: the unconditional signals, and those of one condition. */
export interface Page {
  /** Number of the condition; null: of frames of which no condition is known. */
  group: number | null;
  title: string;
  /** Conditions that hold then. */
  holds: ReadonlySet<number | null>;
}

export function pagesOf(groups: Group[]): Page[] {
  const always = groups.filter(({ condition }) => condition.length === 0);
  const base: (number | null)[] = [null, ...always.map(({ id }) => id)];
  const pages: Page[] = [{ group: always[0]?.id ?? null, title: "Always", holds: new Set(base) }];
  for (const group of groups.filter(({ condition }) => condition.length > 0)) {
    const implied = groups.filter((other) => implies(group.condition, other.condition)).map(({ id }) => id);
    const title = conditionText(group.condition) + (group.title ? ` · ${group.title}` : "");
    pages.push({ group: group.id, title, holds: new Set([...base, ...implied]) });
  }
  return pages;
}

export function isOn(page: Page, row: Row): boolean {
  return !row.fields.retired && page.holds.has(row.group);
}

export function conditionText(condition: Condition[]): string {
  const ranges = (each: [number, number][]): string =>
    each.map(([low, high]) => (low === high ? String(low) : `${low}–${high}`)).join("|");
  return condition.map(([name, each]) => `${name} = ${ranges(each)}`).join(", ") || "always";
}

/** Whether wherever the one holds the other does. */
function implies(one: Condition[], other: Condition[]): boolean {
  const ranges = new Map(one);
  return other.every(([name, wider]) => {
    const narrower = ranges.get(name);
    return narrower?.every(([low, high]) => wider.some((range) => range[0] <= low && high <= range[1])) ?? false;
  });
}
