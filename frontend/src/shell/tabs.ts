/** Tabs as WAI-ARIA describes them: one is reached by Tab, the others by the arrow keys. */
export function startTabs(list: HTMLElement, onChosen: (id: string) => void): void {
  const tabs = [...list.querySelectorAll<HTMLButtonElement>("[role=tab]")];
  const choose = (tab: HTMLButtonElement): void => {
    for (const each of tabs) {
      const chosen = each === tab;
      each.setAttribute("aria-selected", String(chosen));
      each.tabIndex = chosen ? 0 : -1;
      const panel = document.getElementById(each.getAttribute("aria-controls") ?? "");
      if (panel) panel.hidden = !chosen;
    }
    onChosen(tab.id);
  };
  for (const [index, tab] of tabs.entries()) {
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const next = step ? tabs.at((index + step) % tabs.length) : undefined;
      next?.focus();
      next?.click();
    });
  }
}
