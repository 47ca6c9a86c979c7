interface Draft {
  etag: string;
  text: string;
  /** It was sent to be applied. */
  isSent: boolean;
}

/** What was typed and not applied yet, kept by the tab: it outlives a reload, a lost session and a step back. */
export class DraftStore {
  constructor(
    private readonly key: string,
    /** The tag of the text whose edits have just been applied. */
    private readonly applied: string | null,
  ) {}

  /** What was left behind, unless it was applied. */
  left(text: string): Draft | null {
    const draft = this.read();
    if (!draft) return null;
    if (draft.text !== text && !(draft.isSent && draft.etag === this.applied)) return draft;
    this.forget();
    return null;
  }

  keep(text: string, etag: string, isSent = false): void {
    try {
      sessionStorage.setItem(this.key, JSON.stringify({ etag, text, isSent } satisfies Draft));
    } catch {
      // The text is larger than what a tab may keep: leaving the page asks all the same.
      this.forget();
    }
  }

  forget(): void {
    sessionStorage.removeItem(this.key);
  }

  private read(): Draft | null {
    const kept = sessionStorage.getItem(this.key);
    return kept === null ? null : (JSON.parse(kept) as Draft);
  }
}
