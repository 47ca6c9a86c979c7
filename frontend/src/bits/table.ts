import { make, setText } from "../dom";
import type { Draft, Field, Row, Value } from "./draft";
import { FIELDS, placeOf } from "./draft";
import { conditionText, type Page } from "./pages";
import type { ByteOrder } from "./place";
import { reordered } from "./place";

const ROWS = 50;

const TITLES: Record<Field, string> = {
  name: "Name", start: "Start bit", length: "Bits", byte_order: "Byte order", type: "Type", scale: "Scale",
  offset: "Offset", minimum: "Minimum", maximum: "Maximum", unit: "Unit", spn: "SPN", retired: "Retired",
};
const CHOICES: Partial<Record<Field, string[]>> = {
  byte_order: ["little", "big"],
  type: ["unsigned", "signed", "float"],
};
const NUMBERS: ReadonlySet<Field> = new Set(["start", "length", "scale", "offset", "minimum", "maximum", "spn"]);
const WHOLE: ReadonlySet<Field> = new Set(["start", "length", "spn"]);

export interface TableOptions {
  canChange: boolean;
  signalPage: string;
  errors: Record<string, Record<string, string[]>>;
  onSelect: (key: string) => void;
}

type Control = HTMLInputElement | HTMLSelectElement;

/** The signals of a page as rows of fields, some at a time. */
export class Table {
  readonly element = make("div", { class: "bits-table" });
  private readonly body = make("tbody");
  private readonly count = make("span", { class: "bits-count" });
  private readonly search = make("input", { type: "search", placeholder: "Find a signal", "aria-label": "Find a signal" });
  private readonly back = make("button", { type: "button" }, "‹ Previous");
  private readonly on = make("button", { type: "button" }, "Next ›");
  private readonly controls = new Map<string, Map<Field, Control>>();
  private at = 0;
  private drawn = "";
  private selected: string | null = null;

  constructor(private readonly draft: Draft, private page: Page, private readonly options: TableOptions) {
    const heads = [...FIELDS.map((field) => make("th", { scope: "col" }, TITLES[field])), make("th", { scope: "col" }, "When")];
    const table = make("table", {}, make("thead", {}, make("tr", {}, ...heads)), this.body);
    const bar = make("div", { class: "bits-bar" }, this.search, this.count, this.back, this.on);
    this.element.append(bar, make("div", { class: "bits-scroll" }, table));
    this.search.addEventListener("input", () => this.turn(0));
    // In a form Enter would save.
    this.search.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
    this.back.addEventListener("click", () => this.turn(this.at - ROWS));
    this.on.addEventListener("click", () => this.turn(this.at + ROWS));
    draft.onChange(() => this.draw());
    this.draw();
  }

  showPage(page: Page): void {
    this.page = page;
    this.turn(0);
  }

  /** Shows the row; `edit`: and puts the cursor into its name. */
  select(key: string | null, edit = false): void {
    this.selected = key;
    const position = this.rows().findIndex((row) => row.key === key);
    if (position >= 0 && (position < this.at || position >= this.at + ROWS)) this.at = position - (position % ROWS);
    this.draw();
    const name = key === null ? undefined : this.controls.get(key)?.get("name");
    if (!name) return;
    if (edit) name.focus();
    else keepWithin(name.closest("tr"), name.closest(".bits-scroll"));
  }

  private rows(): Row[] {
    const wanted = this.search.value.trim().toLowerCase();
    const shown = this.draft.rows.filter((row) => this.page.holds.has(row.group));
    if (!wanted) return shown;
    return shown.filter(({ fields }) => [fields.name, fields.unit, fields.spn].some((v) => String(v ?? "").toLowerCase().includes(wanted)));
  }

  private turn(at: number): void {
    this.at = Math.max(0, at);
    this.draw();
  }

  private draw(): void {
    const rows = this.rows();
    if (this.at >= rows.length) this.at = 0;
    const shown = rows.slice(this.at, this.at + ROWS);
    const keys = shown.map((row) => row.key).join();
    if (keys !== this.drawn) this.build(shown);
    this.drawn = keys;
    for (const row of shown) this.refresh(row);
    const last = this.at + shown.length;
    const text = rows.length === 0 ? "No signals" : `${this.at + 1}–${last} of ${rows.length}`;
    setText(this.count, text);
    for (const [button, isOff] of [[this.back, this.at === 0], [this.on, last >= rows.length]] as const) {
      button.hidden = rows.length <= ROWS;
      button.disabled = isOff;
    }
  }

  private build(rows: Row[]): void {
    this.controls.clear();
    this.body.replaceChildren(...rows.map((row) => this.line(row)));
  }

  private line(row: Row): HTMLTableRowElement {
    const controls = new Map<Field, Control>();
    this.controls.set(row.key, controls);
    const cells = FIELDS.map((field) => {
      const control = this.control(row, field);
      controls.set(field, control);
      const cell = make("td", {}, control, ...this.errorsOf(row, field));
      if (field === "name") cell.append(this.more(row));
      return cell;
    });
    const line = make("tr", { "data-row": row.key }, ...cells, make("td", {}, this.condition(row)));
    line.addEventListener("focusin", () => this.options.onSelect(row.key));
    return line;
  }

  private control(row: Row, field: Field): Control {
    const label = { "aria-label": `${TITLES[field]} of ${row.fields.name}`, "data-field": field };
    const control = choiceOr(field, label);
    control.disabled = !(this.options.canChange || row.stored === null) || (field === "retired" && row.stored === null);
    control.addEventListener("input", () => this.typed(row, field, control));
    control.addEventListener("keydown", (event) => {
      if (event instanceof KeyboardEvent && event.key === "Enter") event.preventDefault();
    });
    return control;
  }

  private typed(row: Row, field: Field, control: Control): void {
    const place = placeOf(row);
    if (field === "byte_order" && place) this.draft.move(row.key, reordered(place, control.value as ByteOrder));
    else this.draft.set(row.key, { [field]: valueOf(control) });
  }

  private errorsOf(row: Row, field: Field): HTMLElement[] {
    const said = [...(this.options.errors[row.key]?.[field] ?? []), ...(field === "name" ? (this.options.errors[row.key]?.["__all__"] ?? []) : [])];
    return said.map((text) => make("p", { class: "bits-error" }, text));
  }

  /** The rest of a signal is on its own page; a new one can be dropped. */
  private more(row: Row): HTMLElement {
    if (row.stored) {
      return make("a", { href: `${this.options.signalPage}${row.key}/change/`, class: "bits-more", title: "All of the signal" }, "more");
    }
    const button = make("button", { type: "button", class: "bits-more" }, "remove");
    button.addEventListener("click", () => this.draft.remove(row.key));
    return button;
  }

  private condition(row: Row): Node {
    if (row.stored || this.draft.groups.length < 2) {
      return document.createTextNode(conditionText(this.draft.groups.find(({ id }) => id === row.group)?.condition ?? []));
    }
    const options = this.draft.groups.map(({ id, condition }) => make("option", { value: String(id), selected: id === row.group }, conditionText(condition)));
    const select = make("select", { "aria-label": `When ${row.fields.name} is there` }, ...options);
    select.addEventListener("input", () => this.draft.regroup(row.key, Number(select.value)));
    return select;
  }

  private refresh(row: Row): void {
    const controls = this.controls.get(row.key);
    const line = this.body.querySelector(`[data-row="${row.key}"]`);
    mark(line, "bits-row-selected", row.key === this.selected);
    mark(line, "bits-row-retired", row.fields.retired === true);
    mark(line, "bits-row-new", row.stored === null);
    for (const [field, control] of controls ?? []) {
      show(control, row.fields[field]);
      mark(control, "bits-changed", row.stored !== null && this.draft.isChanged(row, field));
    }
  }
}

function choiceOr(field: Field, attributes: Record<string, string>): Control {
  const choices = CHOICES[field];
  if (choices) return make("select", attributes, ...choices.map((choice) => make("option", { value: choice }, choice)));
  if (field === "retired") return make("input", { ...attributes, type: "checkbox" });
  const mode = NUMBERS.has(field) ? { inputmode: WHOLE.has(field) ? "numeric" : "text", class: "bits-input-number" } : {};
  return make("input", { ...attributes, ...mode, type: "text", autocomplete: "off", spellcheck: "false" });
}

function valueOf(control: Control): Value {
  return control instanceof HTMLInputElement && control.type === "checkbox" ? control.checked : control.value;
}

function show(control: Control, value: Value): void {
  if (control instanceof HTMLInputElement && control.type === "checkbox") control.checked = value === true;
  else if (control.value !== String(value ?? "")) control.value = String(value ?? "");
}

/** Changes only what differs: what changes in the page is looked through by the admin's front end. */
function mark(element: Element | null, name: string, isOn: boolean): void {
  if (element && element.classList.contains(name) !== isOn) element.classList.toggle(name, isOn);
}

/** Scrolls the rows and not the page. */
function keepWithin(line: Element | null, scroll: Element | null): void {
  if (!line || !scroll) return;
  const [inner, outer] = [line.getBoundingClientRect(), scroll.getBoundingClientRect()];
  const head = 36;
  if (inner.top < outer.top + head) scroll.scrollTop -= outer.top + head - inner.top;
  else if (inner.bottom > outer.bottom) scroll.scrollTop += inner.bottom - outer.bottom;
}
