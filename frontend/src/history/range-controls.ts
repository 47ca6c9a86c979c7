import { need } from "../dom";
import { type Preset, presetRange, type Range, toLocalInput } from "./range";

/** The buttons for ranges, and the form for a range of one's own. */
export class RangeControls {
  private readonly buttons = [...document.querySelectorAll<HTMLButtonElement>("[data-range]")];
  private readonly form = need<HTMLFormElement>("[data-custom]");
  private readonly from = need<HTMLInputElement>("[name=from]", this.form);
  private readonly to = need<HTMLInputElement>("[name=to]", this.form);

  constructor(private readonly onRange: (range: Range) => void) {
    for (const button of this.buttons) button.addEventListener("click", () => this.pressed(button.dataset["range"] ?? ""));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    // What was wrong is judged anew when it is sent: until then a browser would not send it at all.
    this.form.addEventListener("input", () => this.to.setCustomValidity(""));
    this.fill(Date.now() - 3_600_000, Date.now());
  }

  /** A range that was drawn on the plot becomes the custom one. */
  zoom(from: number, to: number): void {
    this.fill(from, to);
    this.press("custom", false);
    this.onRange({ from, to, following: false });
  }

  private pressed(name: string): void {
    if (name === "custom") {
      this.press(name, this.form.hidden === true);
      return;
    }
    this.press(name, false);
    const preset: Preset = name === "all" ? "all" : Number(name);
    this.onRange(presetRange(preset, Date.now()));
  }

  private press(name: string, open: boolean): void {
    for (const button of this.buttons) {
      button.setAttribute("aria-pressed", String(button.dataset["range"] === name));
      if (button.dataset["range"] === "custom") button.setAttribute("aria-expanded", String(open));
    }
    this.form.hidden = !open;
    if (open) this.from.focus();
  }

  private fill(from: number, to: number): void {
    this.from.value = toLocalInput(from);
    this.to.value = toLocalInput(to);
    this.to.setCustomValidity("");
  }

  private submit(): void {
    const [from, to] = [new Date(this.from.value).getTime(), new Date(this.to.value).getTime()];
    this.to.setCustomValidity(from < to ? "" : "The end must come after the beginning.");
    if (this.form.reportValidity()) this.onRange({ from, to, following: false });
  }
}
