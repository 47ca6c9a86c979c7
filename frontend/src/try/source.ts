import { make } from "../dom";
import type { Routes } from "./routes";
import { Refusal } from "./routes";
import type { Recorded, Settings } from "./types";

const EXAMPLE = "(1700000000.000000) can0 18F00400#F07D859B0FFFFF85\n18F00400#F07D859B0FFFFF85\ncan0  18F00400   [8]  F0 7D 85 9B 0F FF FF 85";
const HOUR_MS = 3_600_000;

/** What is to be tried, as the server takes it, and where recorded frames came from. */
export interface Given {
  fields: { pasted?: string; frames?: string; machine?: string; rules: boolean };
  recorded: Recorded[] | null;
  rejected: boolean;
}

/** Frames are pasted, or fetched of a machine. */
export class Source {
  readonly element = make("div", { class: "try-source" });
  private readonly pasted = make("textarea", {
    rows: "6", spellcheck: "false", "aria-label": "Frames, one a line", placeholder: EXAMPLE, maxlength: "65536",
  }) as HTMLTextAreaElement;
  private readonly machine = make("input", { list: "try-machines", autocomplete: "off", maxlength: "128" }) as HTMLInputElement;
  private readonly from = time(Date.now() - HOUR_MS);
  private readonly to = time(Date.now());
  private readonly id = make("input", { size: "10", placeholder: "any", maxlength: "8" }) as HTMLInputElement;
  private readonly rejected = make("input", { type: "checkbox" }) as HTMLInputElement;
  private readonly rules = make("input", { type: "checkbox" }) as HTMLInputElement;
  private readonly button = make("button", { type: "button", class: "try-main" }, "Try it") as HTMLButtonElement;
  private readonly status = make("p", { class: "try-status", role: "status" });

  constructor(private readonly routes: Routes, settings: Settings, filter: Record<string, string>, private readonly run: (given: Given) => Promise<void>) {
    const machines = settings.machines.map(({ device, name }) => make("option", { value: device }, name));
    this.id.value = filter.id ?? "";
    this.pgn = filter.pgn ?? "";
    this.button.addEventListener("click", () => void this.go());
    const fetched = this.recordedFields(make("datalist", { id: "try-machines" }, ...machines));
    const tabs = this.tabs(["Pasted frames", this.pastedFields()], ["Recorded frames of a machine", fetched]);
    const rules = make("label", { class: "try-check" }, this.rules, " Derived signals, checks and events too");
    this.element.append(tabs, make("div", { class: "try-bar" }, this.button, rules), this.status);
  }

  private readonly pgn: string;

  /** Says that something is going on, or what came of it. */
  say(text: string, isProblem = false): void {
    this.status.textContent = text;
    this.status.classList.toggle("try-problem", isProblem);
  }

  private tabs(...tabs: [title: string, panel: HTMLElement][]): HTMLElement {
    const list = make("div", { role: "tablist", class: "try-tabs" });
    const buttons = tabs.map(([title, panel], index) => {
      const button = make("button", { type: "button", role: "tab", id: `try-tab-${index}` }, title);
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", button.id);
      button.addEventListener("click", () => show(index));
      button.addEventListener("keydown", (event) => {
        if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
        const other = (index + 1) % tabs.length;
        show(other);
        buttons[other]!.focus();
      });
      list.append(button);
      return button;
    });
    const show = (shown: number): void => {
      this.isRecorded = shown === 1;
      tabs.forEach(([, panel], index) => {
        panel.hidden = index !== shown;
        buttons[index]!.setAttribute("aria-selected", String(index === shown));
        buttons[index]!.tabIndex = index === shown ? 0 : -1;
      });
    };
    show(0);
    return make("div", {}, list, ...tabs.map(([, panel]) => panel));
  }

  private isRecorded = false;

  private pastedFields(): HTMLElement {
    const hint = "Lines of candump, as it logs or prints them, or an id and its bytes; at most 1,000. Frames without a time come 10 ms after each other.";
    return make("div", {}, this.pasted, make("p", { class: "try-hint" }, hint));
  }

  private recordedFields(machines: HTMLElement): HTMLElement {
    const fields = make(
      "div",
      { class: "try-fields" },
      make("label", {}, "Machine ", this.machine),
      make("label", {}, "From ", this.from),
      make("label", {}, "To ", this.to),
      make("label", {}, "CAN id ", this.id),
      make("label", { class: "try-check" }, this.rejected, " Rejected envelopes"),
    );
    const hint = `The first 1,000 frames of the time, by this computer's clock${this.pgn ? `; of PGN ${this.pgn} where no id is written` : ""}.`;
    return make("div", {}, fields, machines, make("p", { class: "try-hint" }, hint));
  }

  private async go(): Promise<void> {
    this.button.disabled = true;
    this.say("Trying …");
    try {
      await this.run(await this.given());
    } catch (error) {
      if (!(error instanceof Refusal)) console.error(error);
      this.say(error instanceof Refusal ? error.message : "The page has a fault; see the browser's console.", true);
    } finally {
      this.button.disabled = false;
    }
  }

  private async given(): Promise<Given> {
    const rules = this.rules.checked;
    if (!this.isRecorded) return { fields: { pasted: this.pasted.value, rules }, recorded: null, rejected: false };
    // As they are now: the fields may be edited while the frames are fetched.
    const [machine, rejected] = [this.machine.value.trim(), this.rejected.checked];
    if (!machine) throw new Refusal("Say which machine.");
    const said = await this.routes.frames<{ frames: Recorded[]; missing: number; more: boolean }>({ machine, ...this.asked() });
    if (said.frames.length === 0) {
      const gone = said.missing > 0 ? ` Of ${said.missing} envelopes the raw data is gone, or not yet there.` : "";
      throw new Refusal(`There are no such frames in that time.${gone}${said.more ? " Ask for a shorter time." : ""}`);
    }
    const frames = JSON.stringify(said.frames.map(({ ts, bus, id, data }) => ({ ts, bus, id, data })));
    return { fields: { frames, machine, rules }, recorded: said.frames, rejected };
  }

  private asked(): Record<string, string> {
    const id = this.id.value.trim();
    return {
      from: instant(this.from),
      to: instant(this.to),
      ...(id ? { id } : this.pgn ? { pgn: this.pgn } : {}),
      ...(this.rejected.checked ? { dead_letters: "1" } : {}),
    };
  }
}

function time(milliseconds: number): HTMLInputElement {
  const local = new Date(milliseconds - new Date(milliseconds).getTimezoneOffset() * 60_000);
  return make("input", { type: "datetime-local", step: "1", value: local.toISOString().slice(0, 19) }) as HTMLInputElement;
}

function instant(input: HTMLInputElement): string {
  const at = new Date(input.value);
  if (Number.isNaN(at.getTime())) throw new Refusal("Say from when to when.");
  return at.toISOString();
}
