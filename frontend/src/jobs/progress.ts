/** While a job goes on its part of the page is read again: what the server draws is all there is to know. */

const EVERY = 2000;

export function follow(): void {
  const job = document.querySelector<HTMLElement>("#job");
  if (job?.dataset.goingOn && job.dataset.goingOn !== "paused") setTimeout(() => void readAgain(), EVERY);
}

async function readAgain(): Promise<void> {
  const fresh = await read();
  const shown = document.querySelector<HTMLElement>("#job");
  if (!fresh || !shown) {
    follow();
    return;
  }
  // What can be done with a job changes with its state, and that is outside of this part.
  if (stands(fresh) !== stands(shown)) {
    location.reload();
    return;
  }
  for (const part of [".job-progress", "[data-found]", "dl"]) replace(shown, fresh, part);
  shown.dataset.goingOn = fresh.dataset.goingOn ?? "";
  follow();
}

/** What decides which buttons there are: a worker taking it or giving it back does not. */
function stands(job: HTMLElement): string {
  const state = job.dataset.goingOn ?? "over";
  return state === "queued" ? "running" : state;
}

async function read(): Promise<HTMLElement | null> {
  try {
    const response = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!response.ok) return null;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    return page.querySelector<HTMLElement>("#job");
  } catch {
    return null;
  }
}

function replace(shown: HTMLElement, fresh: HTMLElement, selector: string): void {
  const [before, after] = [shown.querySelector(selector), fresh.querySelector(selector)];
  if (before && after && before.innerHTML !== after.innerHTML && !before.contains(document.activeElement)) {
    before.replaceChildren(...after.childNodes);
  }
}
