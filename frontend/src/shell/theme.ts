type Theme = "system" | "light" | "dark";

const ORDER: readonly Theme[] = ["system", "light", "dark"];
const LABEL: Record<Theme, string> = { system: "Theme: as the system", light: "Theme: light", dark: "Theme: dark" };
const KEY = "duco.theme";

/** Told after light turned to dark or back, so that canvases can be painted anew. */
export const themeChanged = new EventTarget();

function chosen(): Theme {
  const kept = localStorage.getItem(KEY);
  return kept === "light" || kept === "dark" ? kept : "system";
}

function show(button: HTMLButtonElement, theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  button.dataset["theme"] = theme;
  button.title = LABEL[theme];
  button.setAttribute("aria-label", LABEL[theme]);
  themeChanged.dispatchEvent(new Event("change"));
}

export function startTheme(): void {
  const button = document.querySelector<HTMLButtonElement>("[data-theme-toggle]");
  if (!button) return;
  show(button, chosen());
  button.addEventListener("click", () => {
    const next = ORDER[(ORDER.indexOf(chosen()) + 1) % ORDER.length] ?? "system";
    if (next === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, next);
    show(button, next);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => show(button, chosen()));
}
