import { StringStream } from "@codemirror/language";
import { Text } from "@codemirror/state";
import { expect, test, vi } from "vitest";
import { Checker } from "../src/editor/checker";
import { blockAt, itemAt, wantedAt } from "../src/editor/context";
import type { Language } from "../src/editor/language";
import { outlineOf } from "../src/editor/outline";
import { offsetOf, placeOf, spanOf } from "../src/editor/positions";
import { duco } from "../src/editor/tokens";
import written from "./golden/language.json?raw";

/** Written by the compiler (tests/cms/editor_golden.py): a text, its tokens, and what the page is given. */
const golden = JSON.parse(written) as {
  text: string;
  tokens: [kind: string, start: number, end: number][];
  language: Language;
};

/** As [style, from, to], without what is between tokens. */
function tokensOf(text: string): [string, number, number][] {
  const parser = duco(golden.language);
  const state = parser.startState!(4);
  const found: [string, number, number][] = [];
  let from = 0;
  for (const line of text.split("\n")) {
    const stream = new StringStream(line, 4, 4);
    while (!stream.eol()) {
      stream.start = stream.pos;
      const style = parser.token(stream, state);
      const last = found.at(-1);
      // Bytes go on over the ends of lines.
      if (style === "bytes" && last?.[0] === "bytes" && !text.slice(last[1], last[2]).match(/"[^"]*"$/)) last[2] = from + stream.pos;
      else if (style && style !== "comment") found.push([style, from + stream.start, from + stream.pos]);
    }
    from += line.length + 1;
  }
  return found;
}

test("the editor reads the tokens that the compiler reads", () => {
  // What is in an object is JSON, which the compiler reads as one.
  const objects = golden.tokens.filter(([kind]) => kind === "OBJECT");
  const isOutside = ([, from, to]: [string, number, number]): boolean => !objects.some(([, start, end]) => from >= start && to <= end);
  const found = tokensOf(golden.text).filter(isOutside);
  const tokens = golden.tokens.filter(isOutside);
  expect(objects.length).toBeGreaterThan(0);
  expect(found.map(([, from, to]) => golden.text.slice(from, to))).toEqual(
    tokens.map(([, from, to]) => golden.text.slice(from, to)),
  );
  const styles: Record<string, string> = {
    STRING: "string", BRACKETS: "unit", PATH: "path", PAYLOAD: "bytes", DURATION: "number", HEX: "number", FLOAT: "number", INT: "number", REGEX: "string",
  };
  for (const [index, [kind]] of tokens.entries()) {
    if (styles[kind]) expect([kind, found[index]?.[0]]).toEqual([kind, styles[kind]]);
  }
});

test("a word is one of the language where it is used as one", () => {
  const style = (text: string, word: string): string | undefined => tokensOf(text).find(([, from, to]) => text.slice(from, to) === word)?.[0];
  expect(style("event hot { raise when error > 5 }", "raise")).toBe("keyword");
  expect(style("event hot { raise when error > 5 }", "error")).toBe("name");
  expect(style("signal position : u8 at byte 1", "position")).toBe("definition");
  expect(style("signal position : u8 at byte 1", "u8")).toBe("type");
  expect(style("derived a : f64 = max(b, 3)", "max")).toBe("function");
  expect(style("dtc active from byte 3 max 5", "max")).toBe("keyword");
  expect(style("expect a is not stale", "stale")).toBe("state");
  expect(tokensOf("const a = 1 # of b").length).toBe(4);
  expect(style('golden "g" for M { json {"a": [1.5]} expect { b = 1 [m] } }', "1.5")).toBe("number");
  expect(style('golden "g" for M { json {"a": [1.5]} expect { b = 1 [m] } }', "[m]")).toBe("unit");
});

test("places of the compiler are found in a text with characters of every width", () => {
  const doc = Text.of(["# ß€𝛼𝛽", "derived `𝛼` : f64 = sped", ""]);
  const { from, to } = spanOf(doc, { line: 2, column: 21, end_line: 2, end_column: 25 });
  expect(doc.sliceString(from, to)).toBe("sped");
  expect(placeOf(doc, from)).toEqual({ line: 2, column: 21 });
  expect(offsetOf(doc, 1, 7)).toBe("# ß€𝛼𝛽".length);
  expect([offsetOf(doc, 3, 1), offsetOf(doc, 9, 9), offsetOf(doc, 1, 99)]).toEqual([doc.length, doc.length, 8]);
});

test("an outline knows what is defined and where", () => {
  const { entries, members } = outlineOf(golden.text);
  const of = (name: string): unknown => entries.find((entry) => entry.name === name);
  expect(of("speed")).toMatchObject({ kind: "signal", owner: "EngineSpeed", detail: expect.stringContaining("[rpm] range 0..8031.875") });
  expect(of("EngineSpeed")).toMatchObject({ kind: "message", owner: "" });
  // What a comment says is not there.
  expect(of("demand")).toBeUndefined();
  expect(outlineOf("enum Lamp : u2 { 0 = off 1 = on else = reserved }").members.get("Lamp")).toEqual(["off", "on", "reserved"]);
  expect(members.size).toBeGreaterThan(0);
});

test("the editor's colours know every kind of token", () => {
  const table = duco(golden.language).tokenTable ?? {};
  const plain = ["comment", "string", "number", "operator", "invalid"];
  const used = new Set(tokensOf(golden.text).map(([style]) => style));
  expect([...used].filter((style) => !(style in table) && !plain.includes(style))).toEqual([]);
});

test("what may stand at a place depends on it", () => {
  const at = (before: string): ReturnType<typeof wantedAt> => wantedAt(before, golden.language);
  expect(at("")?.words).toContain("message");
  expect(at("message M on can 0x1 {\n    ")?.words).toEqual(golden.language.blocks["message"]);
  expect(at("message M on can 0x1 {\n    signal a : u8 at byte 1 sc")).toMatchObject({ typed: 2, words: expect.arrayContaining(["scale", "spn"]) });
  expect(at("const a = 5 [ba")).toMatchObject({ typed: 2, names: "units" });
  expect(at("event e { raise when a is ")?.words).toContain("not_available");
  expect(at("event e { raise ")?.words).toEqual(["when"]);
  expect(at("event e { raise when ")?.names).toBe("values");
  expect(at("derived d : ")?.names).toBe("types");
  expect(at("event e { raise when EEC1.sp")).toMatchObject({ typed: 2, names: { of: "EEC1" } });
  expect(at("event e { raise when mode == ")?.names).toEqual({ comparedWith: "mode" });
  expect(at('golden "idle" for ')?.names).toBe("messages");
  expect(at("const a = 5 # of [ba")).toBeNull();
  expect(at('message M "on ')).toBeNull();
  expect(at("derived new_na")).toBeNull();
  expect(blockAt("message M on can 0x1 { mux p { case 1 { signal a : u8 at byte 2 } ")).toBe("mux");
});

test("an item is found by how its first line begins", () => {
  const text = "const a = 1\nevent e {\n    raise when message > 3\n}\n\n# of c\nconst c = 2\n";
  const found = (word: string): string => {
    const { from, to } = itemAt(text, text.indexOf(word), golden.language);
    return text.slice(from, to).split("\n")[0] ?? "";
  };
  expect([found("a ="), found("raise"), found("c = 2")]).toEqual(["const a = 1", "event e {", "const c = 2"]);
});

test("one question at a time, and no answer about an older text", async () => {
  vi.useFakeTimers();
  let text = "a";
  const open: ((answer: string) => void)[] = [];
  const asked: string[] = [];
  const answered: string[] = [];
  const failed = vi.fn();
  const checker = new Checker<string, string>(
    (sent) => new Promise((resolve) => (asked.push(sent), open.push(resolve))),
    () => text,
    { asking: () => undefined, answered: (answer) => answered.push(answer), failed },
    300,
  );
  checker.changed();
  text = "ab";
  checker.changed();
  await vi.advanceTimersByTimeAsync(300);
  expect(asked).toEqual(["ab"]);
  text = "abc";
  checker.changed();
  await vi.advanceTimersByTimeAsync(300);
  expect(asked).toEqual(["ab"]);
  open[0]?.("of ab");
  await vi.advanceTimersByTimeAsync(300);
  expect([asked, answered]).toEqual([["ab", "abc"], []]);
  open[1]?.("of abc");
  await vi.advanceTimersByTimeAsync(300);
  expect([answered, asked.length, failed.mock.calls]).toEqual([["of abc"], 2, []]);
});
