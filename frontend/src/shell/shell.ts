import { make, need, setText } from "../dom";
import { LiveSocket, type ConnectionState, type ServerMessage } from "../live/socket";
import { startTheme } from "./theme";
import { toast } from "./toasts";

const WORDS: Record<ConnectionState, [word: string, title: string]> = {
  connecting: ["Connecting", "Opening the live connection"],
  live: ["Live", "Values arrive as the machines send them"],
  paused: ["Paused", "Connected, but live values cannot arrive at the moment. The page goes on by itself."],
  reconnecting: ["Reconnecting", "The live connection was lost. Values on the page are the last ones received."],
  forbidden: ["No permission", "You may not, or no longer, see this machine."],
  "signed-out": ["Signed out", "Your session has ended. Sign in again."],
};

function showState(state: ConnectionState): void {
  const pill = need<HTMLElement>("[data-connection]");
  const [word, title] = WORDS[state];
  pill.dataset["state"] = state;
  pill.title = title;
  setText(need("span", pill), word);
}

function showNotice(message: ServerMessage): void {
  if (message.type !== "notice") return;
  if (message.notice === "release") {
    toast("release", make("strong", {}, `Release ${message.number} published. `), message.note);
    return;
  }
  const link = make("a", { href: `/machines/${message.machine}/` }, `Machine ${message.machine}`);
  if (message.notice === "silent") toast("silent", link, " has gone silent.");
  else toast("back", link, " is back in contact.");
}

/** "/" puts the cursor in the page's filter, as in many tools. */
function startFilterKey(): void {
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof HTMLElement && event.target.closest("input, textarea, select");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    document.querySelector<HTMLInputElement>("input[type=search]")?.focus();
  });
}

/** What every signed-in page has: theme, keys, the live connection, its state and its notices. */
export function startShell(onMessage: (message: ServerMessage) => void = () => undefined): LiveSocket {
  startTheme();
  startFilterKey();
  const socket = new LiveSocket((message) => {
    showNotice(message);
    onMessage(message);
  }, showState);
  socket.start();
  return socket;
}
