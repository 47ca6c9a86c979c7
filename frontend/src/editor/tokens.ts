import type { StreamParser, StringStream } from "@codemirror/language";
import { tags } from "@lezer/highlight";
import type { Language } from "./language";

interface State {
  depth: number;
  /** Within `x"…"`, which may go on over lines. */
  inPayload: boolean;
  /** How deep within the object behind `json`. */
  json: number;
  /** The word or sign before; empty at the beginning. */
  before: string;
}

const NAMING = new Set(["signal", "message", "enum", "derived", "const", "check", "event", "dtc", "position", "log", "fault", "report"]);
const NAME = /^(?:[\p{L}_][\p{L}\p{M}\p{N}_]*|`[^`\n]+`)/u;
const NUMBER = /^(?:0[xX][0-9A-Fa-f]+\b|[0-9]+(?:\.[0-9]+)?(?:ms|min|s|h|d)\b|[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![\p{L}\p{N}_]))/u;
const REGEX = /^\/(?:[^/\\\n]|\\[^\n])+\/i?(?=\s*->)/;
const SIGN = /^(?:->|\.\.|\?\?|[<>=!]=|[-+*/%<>=?:,.(){}])/;

/** Reads what the compiler's lexer reads; whether a word is one of the language depends on what stands before it. */
export function duco(language: Language): StreamParser<State> {
  const words = new Set(language.words);
  const items = new Set(language.items);
  const reserved = new Set(language.reserved);
  const functions = new Set(language.functions.map(({ name }) => name));
  const types = /^(?:bool|text|[uif][1-9][0-9]?)$/;

  function word(stream: StringStream, state: State, text: string): string {
    const { before } = state;
    if (before === ".") return "propertyName";
    if (before === ":" && types.test(text)) return "type";
    if (NAMING.has(before) && !reserved.has(text)) return "definition";
    if ((before === "is" || before === "is not") && text !== "not") return "state";
    if (functions.has(text) && stream.match(/^\s*\(/, false)) return "function";
    if ((language.choices[before] ?? []).includes(text)) return "state";
    // `error = 3`, `position.x`: a word that is used as a name.
    if (!words.has(text) || (!reserved.has(text) && stream.match(/^\s*(?:\.(?!\.)|==|!=|[<>?)])/, false))) return "name";
    if (text === "true" || text === "false") return "state";
    return items.has(text) && state.depth === 0 ? "item" : "keyword";
  }

  function payload(stream: StringStream, state: State): string {
    if (stream.match(/^[^"]*"/)) state.inPayload = false;
    else stream.skipToEnd();
    return "bytes";
  }

  function json(stream: StringStream, state: State): string {
    if (stream.match(/^"(?:[^"\\\n]|\\[^\n])*"?/)) return "string";
    if (stream.match(/^-?[0-9][0-9.eE+-]*/)) return "number";
    if (stream.match(/^(?:true|false|null)\b/)) return "state";
    const sign = stream.next() ?? "";
    if ("{[".includes(sign)) state.json += 1;
    if ("}]".includes(sign)) state.json -= 1;
    return "operator";
  }

  return {
    name: "duco",
    startState: () => ({ depth: 0, inPayload: false, json: 0, before: "" }),
    copyState: (state) => ({ ...state }),
    token(stream, state) {
      if (state.inPayload) return payload(stream, state);
      if (stream.eatSpace()) return null;
      if (stream.peek() === "#") {
        stream.skipToEnd();
        return "comment";
      }
      if (stream.match(/^x"/)) {
        state.inPayload = true;
        return payload(stream, state);
      }
      const isJson = state.json > 0 || (state.before === "json" && /[{[]/.test(stream.peek() ?? ""));
      const kind = isJson ? json(stream, state) : other(stream, state);
      state.before = state.before === "is" && stream.current() === "not" ? "is not" : stream.current();
      return kind;
    },
    indent(state, after, context) {
      const depth = Math.max(0, state.depth - (/^\s*\}/.test(after) ? 1 : 0));
      return depth * context.unit;
    },
    languageData: { commentTokens: { line: "#" }, closeBrackets: { brackets: ["{", "[", "(", '"'] }, indentOnInput: /^\s*\}$/ },
    tokenTable: {
      item: tags.definitionKeyword,
      keyword: tags.keyword,
      name: tags.variableName,
      definition: tags.definition(tags.variableName),
      propertyName: tags.variableName,
      function: tags.function(tags.variableName),
      type: tags.typeName,
      state: tags.atom,
      unit: tags.unit,
      bytes: tags.literal,
      path: tags.special(tags.string),
    },
  };

  function other(stream: StringStream, state: State): string {
    if (stream.match(/^"(?:[^"\\\n]|\\[^\n])*"?/)) return "string";
    if (stream.match(/^\[[^[\]\n]*\]?/)) return "unit";
    if (stream.match(/^\$(?:\.(?:[\p{L}_][\p{L}\p{N}_]*|`[^`\n]+`)|\[[0-9]+\])*/u)) return "path";
    if (stream.match(NUMBER)) return "number";
    const name = stream.match(NAME);
    if (name) return word(stream, state, stream.current());
    if (stream.match(REGEX)) return "string";
    if (stream.match(SIGN)) {
      const sign = stream.current();
      if (sign === "{") state.depth += 1;
      if (sign === "}") state.depth = Math.max(0, state.depth - 1);
      return "operator";
    }
    stream.next();
    return "invalid";
  }
}
