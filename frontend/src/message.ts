/** The page of a message in the admin. */

import { Panel } from "./bits/panel";
import { need } from "./dom";
import { TryPanel } from "./try/panel";
import "./styles/bits.css";
import "./styles/try.css";

const root = need<HTMLElement>("#bits");
const form = need<HTMLFormElement>("form#message_form");
new Panel(root, form);

// A message that is being added, and whoever may not see sets, has none.
const trial = document.querySelector<HTMLElement>("#try");
if (trial) new TryPanel(trial, form);
