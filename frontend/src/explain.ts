import "./styles/tokens.css";
import "./styles/shell.css";
import "./styles/machine.css";
import "./styles/explain.css";
import { ApiError, getJson } from "./api";
import { make, need, setText } from "./dom";
import { endOfMillisecond, explainAddress } from "./explain/address";
import type { Explanation, Gap } from "./explain/explanation";
import { computationStep, envelopeStep, frameStep, hubStep, objectStep } from "./explain/origin-steps";
import { ruleSteps } from "./explain/rule-step";
import { definitionStep, releaseStep, rowStep, shownValue, signalName } from "./explain/value-steps";
import { step } from "./explain/words";
import { showProblem } from "./shell/problem";
import { startShell } from "./shell/shell";

const COPIED_MILLISECONDS = 2_000;
const machine = Number(need("#machine").textContent);
const isStaff = need("#is-staff").textContent === "true";
const chain = need<HTMLElement>("[data-chain]");
const problem = need<HTMLElement>("[data-problem]");
const empty = need<HTMLElement>("[data-empty]");
const wait = need<HTMLElement>("[data-wait]");
const copy = need<HTMLButtonElement>("[data-copy]");

/** What the address asks for; without a time, the latest value. */
function asked(): Record<string, string> {
  const given = Object.fromEntries(new URLSearchParams(location.search));
  return "ts" in given ? given : { ...given, ts: String(endOfMillisecond(Date.now())), latest: "1" };
}

/** From now on the address names this value, whatever comes after it. */
function keepAddress({ value }: Explanation): void {
  const { group, slot, source, ts_us, ordinal } = value;
  history.replaceState(null, "", explainAddress(machine, { group, slot, source, ts: ts_us, ordinal }));
}

function show(told: Explanation): void {
  const name = signalName(told);
  document.title = `${name} explained · ${told.machine_name || `Machine ${machine}`} · DUCO Studio`;
  setText(need("[data-title]"), `${name}: ${shownValue(told)}`);
  setText(need("[data-machine-name]"), told.machine_name || `Machine ${machine}`);
  const steps = [
    rowStep(told), releaseStep(told), definitionStep(told, isStaff), computationStep(told), ...ruleSteps(told),
    objectStep(told), frameStep(told), ...told.gaps.map(gapStep), envelopeStep(told), hubStep(told),
  ];
  chain.replaceChildren(...steps.filter((each) => each !== null));
  chain.hidden = false;
  copy.hidden = false;
}

function gapStep({ code, detail }: Gap): HTMLElement {
  const shown = step("Not told", [detail]);
  shown.dataset["gap"] = code;
  return shown;
}

/** Nothing is wrong where no such value is stored; everything else is a problem. */
function showFault(error: unknown): void {
  if (!(error instanceof ApiError) || error.code !== "unknown_value") {
    showProblem(problem, error);
    return;
  }
  const text = "latest" in asked() ? "Up to this time the store has no value of this signal." : "The store has no value of this signal at exactly this time. It may not be there yet, or was replaced by a newer release.";
  const latest = make("a", { class: "button", href: explainAddress(machine, latestPlace()) }, "Explain the latest value");
  empty.replaceChildren(make("p", {}, make("strong", {}, "No such value")), make("p", {}, text), make("p", {}, latest));
  empty.hidden = false;
}

function latestPlace(): { group: number; slot: number } {
  const { group, slot } = asked();
  return { group: Number(group), slot: Number(slot) };
}

async function load(): Promise<void> {
  try {
    const told = await getJson<Explanation>(`/machines/${machine}/explain`, asked());
    keepAddress(told);
    show(told);
  } catch (error) {
    showFault(error);
  } finally {
    wait.hidden = true;
  }
}

copy.addEventListener("click", () => {
  void navigator.clipboard.writeText(location.href).then(() => {
    setText(copy, "Copied");
    setTimeout(() => setText(copy, "Copy link"), COPIED_MILLISECONDS);
  });
});

startShell();
void load();
