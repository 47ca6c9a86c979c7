import type { EditorState, Text } from "@codemirror/state";
import { type Entry, type Outline, outlineOf } from "./outline";
import type { Named, Routes } from "./routes";

/** Names of this text, as it stands, and of the sets beside it. */
export class Names {
  private readonly outlines = new WeakMap<Text, Outline>();
  private beside: Entry[] = [];

  /** Without the others' names one goes on with those of the text. */
  async load(routes: Routes): Promise<void> {
    const found: Named[] = await routes.names().catch(() => []);
    this.beside = found;
  }

  outline(state: EditorState): Outline {
    let outline = this.outlines.get(state.doc);
    if (!outline) {
      outline = outlineOf(state.doc.toString());
      this.outlines.set(state.doc, outline);
    }
    return outline;
  }

  /** Those of the text first. */
  all(state: EditorState): Entry[] {
    return [...this.outline(state).entries, ...this.beside];
  }

  /** What a name means; with its owner, if one is written. */
  find(state: EditorState, name: string, owner = ""): Entry[] {
    return this.all(state).filter((entry) => entry.name === name && (!owner || entry.owner === owner || entry.set === owner));
  }
}
