/** A thing with a name, of this text or of another set's. */
export interface Entry {
  kind: string;
  name: string;
  /** Empty: of this text. */
  set: string;
  /** A signal's message or object. */
  owner: string;
  /** What its definition says, on one line. */
  detail: string;
}

export interface Outline {
  entries: Entry[];
  /** Of enums, by name. */
  members: Map<string, string[]>;
}

const NAME = String.raw`(?:[\p{L}_][\p{L}\p{M}\p{N}_]*|${"`"}[^${"`"}\n]+${"`"})`;
const HEAD = new RegExp(String.raw`(?<![\p{L}\p{N}_.$])(message|enum|position|log|fault|report|const|derived|check|event|signal)\s+(${NAME})(?=\s*[":={]|\s+on\b)`, "gu");
const MEMBER = new RegExp(String.raw`=\s*(${NAME})`, "gu");
const LONGEST = 200;

/** Comments and texts in quotes as spaces: nothing moves. */
export function withoutTexts(text: string): string {
  return text.replace(/#[^\n]*|"(?:[^"\\\n]|\\[^\n])*"?/g, (found) =>
    found.startsWith("#") ? " ".repeat(found.length) : `"${" ".repeat(Math.max(0, found.length - 2))}${found.length > 1 ? '"' : ""}`,
  );
}

/** What a text defines, read without a grammar: a text that is being written has no whole one. */
export function outlineOf(text: string): Outline {
  const entries: Entry[] = [];
  const members = new Map<string, string[]>();
  const plain = withoutTexts(text);
  let owner = "";
  for (const found of plain.matchAll(HEAD)) {
    const [, kind = "", name = ""] = found;
    const end = text.indexOf("\n", found.index);
    const detail = text.slice(found.index, Math.min(end < 0 ? text.length : end, found.index + LONGEST)).trim();
    entries.push({ kind, name, set: "", owner: kind === "signal" ? owner : "", detail });
    if (kind !== "signal") owner = name;
    if (kind === "enum") members.set(name, membersOf(plain, found.index));
  }
  return { entries, members };
}

function membersOf(plain: string, from: number): string[] {
  const end = plain.indexOf("}", from);
  const body = plain.slice(plain.indexOf("{", from) + 1, end < 0 ? plain.length : end);
  return [...new Set([...body.matchAll(MEMBER)].map(([, name = ""]) => name))];
}
