/** The page of a backtest or re-decode in the admin. */

import "uplot/dist/uPlot.min.css";
import { follow } from "./jobs/progress";
import { Plot } from "./jobs/plot";
import "./styles/job.css";

const job = document.querySelector<HTMLElement>("#job");
if (job && document.querySelector("#job-plot")) {
  const plot = new Plot(job);
  job.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>("button.job-plot") : null;
    const { group, slot, name } = button?.dataset ?? {};
    if (group && slot && name) plot.choose({ group, slot, name });
  });
}
follow();
