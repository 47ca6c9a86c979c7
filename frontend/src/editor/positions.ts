import type { Text } from "@codemirror/state";

/** As the compiler says places: both count from 1, columns count characters (code points); the end is behind the last. */
export interface Range {
  line: number;
  column: number;
  end_line: number;
  end_column: number;
}

/** Where it is in the document, whose offsets count UTF-16 units. A place that is not there any more is at the end of its line. */
export function offsetOf(doc: Text, line: number, column: number): number {
  if (line > doc.lines) return doc.length;
  const { from, text } = doc.line(Math.max(1, line));
  let offset = 0;
  for (let before = 1; before < column && offset < text.length; before += 1) {
    offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  }
  return from + offset;
}

export function spanOf(doc: Text, range: Range): { from: number; to: number } {
  const from = offsetOf(doc, range.line, range.column);
  return { from, to: Math.max(from, offsetOf(doc, range.end_line, range.end_column)) };
}

/** The other way round: line and column as the compiler counts them. */
export function placeOf(doc: Text, offset: number): { line: number; column: number } {
  const line = doc.lineAt(offset);
  return { line: line.number, column: [...line.text.slice(0, offset - line.from)].length + 1 };
}
