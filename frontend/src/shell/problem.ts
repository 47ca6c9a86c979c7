import { ApiError } from "../api";
import { make } from "../dom";

/** Says in a page's alert what failed, or takes it away. */
export function showProblem(element: HTMLElement, error: unknown): void {
  if (error === null) {
    element.hidden = true;
    return;
  }
  const [text, code] =
    error instanceof ApiError ? [error.message, error.code] : ["The page has a fault; see the browser's console.", "page_fault"];
  if (!(error instanceof ApiError)) console.error(error);
  element.replaceChildren(make("span", {}, text), make("code", {}, code));
  element.hidden = false;
}
