/** The page of a message in the admin. */

import { Panel } from "./bits/panel";
import { need } from "./dom";
import "./styles/bits.css";

const root = need<HTMLElement>("#bits");
new Panel(root, need<HTMLFormElement>("form#message_form"));
