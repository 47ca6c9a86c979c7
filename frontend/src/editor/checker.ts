/** Asks about what goes on changing: one question at a time, and what is answered about an older text is dropped. */
export class Checker<Question, Answer> {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isAsking = false;
  private version = 0;

  constructor(
    private readonly ask: (question: Question) => Promise<Answer>,
    private readonly current: () => Question,
    private readonly told: { asking(): void; answered(answer: Answer, question: Question): void; failed(error: unknown): void },
    private readonly pause: number,
  ) {}

  /** The text is another now. */
  changed(): void {
    this.version += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.run(), this.pause);
  }

  /** Ask now. While a question is open nothing is asked: its answer asks again if it is about an older text. */
  async run(): Promise<void> {
    clearTimeout(this.timer);
    if (this.isAsking) return;
    const asked = this.version;
    const question = this.current();
    this.isAsking = true;
    this.told.asking();
    try {
      const answer = await this.ask(question);
      if (asked === this.version) this.told.answered(answer, question);
    } catch (error) {
      if (asked === this.version) this.told.failed(error);
    } finally {
      this.isAsking = false;
    }
    if (asked !== this.version) this.changed();
  }
}
