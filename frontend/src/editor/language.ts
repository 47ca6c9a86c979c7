/** What the server says of the language, from the compiler's own tables (`duco_cms/definitions/editor_words.py`). */
export interface Language {
  words: string[];
  reserved: string[];
  items: string[];
  /** Words that begin a clause, by kind of block; that go on behind a value; that may stand behind a word. */
  blocks: Record<string, string[]>;
  options: Record<string, string[]>;
  follow: Record<string, string[]>;
  /** Names that may stand behind a word. */
  choices: Record<string, string[]>;
  types: string[];
  units: string[];
  functions: { name: string; usage: string; text: string }[];
}

/** What the page gives the editor. */
export interface Settings {
  language: Language;
  editable: boolean;
  /** The text is another than the stored one. */
  edited: boolean;
  /** The tag of the text that was edited, where the page is the answer to its application. */
  applied: string | null;
}
