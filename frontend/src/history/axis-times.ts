const SECOND = 1_000;
const MINUTE = 60_000;
const DAY = 86_400_000;

type Formats = ReturnType<typeof formatsIn>;

/** Of the browser's time zone where none is given. */
function formatsIn(timeZone?: string) {
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat("en-GB", { ...options, timeZone });
  return {
    time: format({ hour: "2-digit", minute: "2-digit" }),
    seconds: format({ hour: "2-digit", minute: "2-digit", second: "2-digit" }),
    fraction: format({ minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 }),
    date: format({ day: "numeric", month: "short" }),
    dateOfYear: format({ day: "numeric", month: "short", year: "numeric" }),
  };
}

const LOCAL = formatsIn();
export const UTC = formatsIn("UTC");

function timeText(time: number, step: number, formats: Formats): string {
  if (step < SECOND) return formats.fraction.format(time);
  return (step < MINUTE ? formats.seconds : formats.time).format(time);
}

/** Labels of a time axis in milliseconds, 24 hours; the date stands under the first label and each new day. */
export function axisTimes(splits: number[], step: number, formats: Formats = LOCAL): string[] {
  let day = "";
  return splits.map((time) => {
    const date = (step < DAY ? formats.date : formats.dateOfYear).format(time);
    if (step >= DAY) return date;
    const text = timeText(time, step, formats);
    if (date === day) return text;
    day = date;
    return `${text}\n${date}`;
  });
}
