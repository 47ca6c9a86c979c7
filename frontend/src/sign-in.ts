import "./styles/tokens.css";
import "./styles/shell.css";
import "./styles/sign-in.css";
import { startTheme } from "./shell/theme";

startTheme();
