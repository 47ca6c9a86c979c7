/** How many workers and machines run which release, as long as one looks at it. */

const EVERY = 2000;

const shown = document.querySelector<HTMLElement>("[data-running]");
const url = shown?.dataset.running;

async function ask(): Promise<void> {
  if (!shown || !url) return;
  if (!document.hidden) {
    try {
      const response = await fetch(url, { headers: { Accept: "text/html" } });
      if (response.ok) show(await response.text());
    } catch {
      // What was there stays; the next one may come through.
    }
  }
  setTimeout(() => void ask(), EVERY);
}

function show(text: string): void {
  const fresh = new DOMParser().parseFromString(text, "text/html").body;
  if (shown && fresh.textContent !== shown.textContent) shown.replaceChildren(...fresh.childNodes);
}

setTimeout(() => void ask(), EVERY);
