/** The page of the admin that tries frames on a definition set. */

import { need } from "./dom";
import { TryPanel } from "./try/panel";
import "./styles/bits.css";
import "./styles/try.css";

new TryPanel(need<HTMLElement>("#try"), null);
