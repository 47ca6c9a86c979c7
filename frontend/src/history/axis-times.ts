const SECOND = 1_000;
const MINUTE = 60_000;
const DAY = 86_400_000;

const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const SECONDS = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const FRACTION = new Intl.DateTimeFormat("en-GB", { minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 });
const DATE = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const DATE_YEAR = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });

function timeText(time: number, step: number): string {
  if (step < SECOND) return FRACTION.format(time);
  return step < MINUTE ? SECONDS.format(time) : TIME.format(time);
}

/** Labels of a time axis in milliseconds, local time, 24 hours; the date stands under the first label and each new day. */
export function axisTimes(splits: number[], step: number): string[] {
  let day = "";
  return splits.map((time) => {
    const date = (step < DAY ? DATE : DATE_YEAR).format(time);
    if (step >= DAY) return date;
    const text = timeText(time, step);
    if (date === day) return text;
    day = date;
    return `${text}\n${date}`;
  });
}
