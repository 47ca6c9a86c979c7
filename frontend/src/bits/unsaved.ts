/** Asks before a page is left on which something was typed and not saved. */
export class Unsaved {
  constructor(form: HTMLFormElement, private isThere: boolean) {
    form.addEventListener("input", () => this.note());
    form.addEventListener("submit", () => (this.isThere = false));
    window.addEventListener("beforeunload", (event) => {
      if (this.isThere) event.preventDefault();
    });
  }

  note(): void {
    this.isThere = true;
  }
}
