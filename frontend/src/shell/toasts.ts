import { make, need } from "../dom";

const SHOWN_SECONDS = 12;
const MOST = 4;

/** A notice in the corner; it goes by itself, or by its button. */
export function toast(kind: string, ...content: (Node | string)[]): void {
  const region = need<HTMLElement>("[data-toasts]");
  const close = make("button", { type: "button", "aria-label": "Dismiss" }, "×");
  const element = make("div", { class: "toast", "data-kind": kind }, make("p", {}, ...content), close);
  close.addEventListener("click", () => element.remove());
  region.append(element);
  while (region.children.length > MOST) region.firstElementChild?.remove();
  setTimeout(() => element.remove(), SHOWN_SECONDS * 1000);
}
