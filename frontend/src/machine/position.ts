import { getJson } from "../api";
import { makeSvg, make, need, setText } from "../dom";
import { ago, fullTime } from "../format";
import type { LivePosition } from "../live/socket";
import { latLon, project, scaleBar, type Fix } from "./projection";

const WIDTH = 600;
const HEIGHT = 260;
const MARGIN = 28;
const LEAST_METRES = 40;
const MOST_FIXES = 3_000;

interface PositionBody {
  ts: string;
  lat: number;
  lon: number;
  heading: number | null;
  speed: number | null;
  quality: string;
}

/** The machine's trail, drawn without tiles: metres around its middle, north up. */
export class PositionCard {
  private fixes: Fix[] = [];
  private shown: "loading" | "none" | "error" | "trail" = "loading";
  private readonly map = need<HTMLElement>("[data-map]");
  private readonly text = need<HTMLElement>("[data-position-text]");

  constructor(private readonly machine: number) {
    setInterval(() => this.showText(), 1000);
  }

  async load(): Promise<void> {
    try {
      const body = await getJson<PositionBody[]>(`/machines/${this.machine}/positions`, { limit: "1000" });
      const stored = body.map((each) => ({ ...each, ts: Date.parse(each.ts), good: each.quality === "ok", live: false }));
      const newest = Math.max(0, ...stored.map(({ ts }) => ts));
      this.fixes = [...stored, ...this.fixes.filter((fix) => fix.live && fix.ts > newest)].toSorted((a, b) => a.ts - b.ts);
      this.draw();
    } catch (error) {
      if (this.fixes.length > 0) return;
      this.say("error", "Positions cannot be read", error instanceof Error ? error.message : "");
    }
  }

  takeLive(position: LivePosition): void {
    const ts = position.ts / 1000;
    if (ts <= (this.fixes.at(-1)?.ts ?? 0)) return;
    const { lat, lon, heading = null, speed = null } = position;
    this.fixes.push({ ts, lat, lon, heading, speed, good: (position.quality ?? 0) === 0, live: true });
    if (this.fixes.length > MOST_FIXES) this.fixes.shift();
    this.draw();
  }

  private say(kind: "none" | "error", title: string, text: string): void {
    this.shown = kind;
    this.map.replaceChildren(make("div", { class: "empty" }, make("p", {}, make("strong", {}, title)), make("p", {}, text)));
    setText(this.text, "");
  }

  private draw(): void {
    const good = this.fixes.filter((fix) => fix.good);
    if (good.length === 0) {
      this.say("none", "No position", "This machine has sent none that is plausible.");
      return;
    }
    this.shown = "trail";
    const view = project(good, WIDTH, HEIGHT, MARGIN, LEAST_METRES);
    const svg = makeSvg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": "Trail of the machine, north up" });
    svg.append(...this.grid(view.step), this.line(good.filter((fix) => !fix.live), view.place, "trail"));
    const lastStored = good.findLastIndex((fix) => !fix.live);
    if (lastStored < good.length - 1) svg.append(this.line(good.slice(Math.max(0, lastStored)), view.place, "trail live"));
    for (const fix of this.fixes.filter((each) => !each.good)) {
      const [x, y] = view.place(fix);
      svg.append(makeSvg("circle", { cx: x, cy: y, r: 3, class: "doubtful" }));
    }
    svg.append(...this.marker(good.at(-1) as Fix, view.place), ...scaleBar(view.metresPerPixel, HEIGHT), ...this.north());
    this.map.replaceChildren(svg);
    this.showText();
  }

  private grid(step: number): SVGElement[] {
    const lines: SVGElement[] = [];
    for (let x = (WIDTH / 2) % step; x < WIDTH; x += step) lines.push(makeSvg("line", { x1: x, x2: x, y1: 0, y2: HEIGHT, class: "grid" }));
    for (let y = (HEIGHT / 2) % step; y < HEIGHT; y += step) lines.push(makeSvg("line", { x1: 0, x2: WIDTH, y1: y, y2: y, class: "grid" }));
    return lines;
  }

  private line(fixes: Fix[], place: (fix: Fix) => [number, number], name: string): SVGElement {
    const points = fixes.map((fix) => place(fix).map((each) => each.toFixed(1)).join(",")).join(" ");
    return makeSvg("polyline", { points, class: name });
  }

  private marker(fix: Fix, place: (fix: Fix) => [number, number]): SVGElement[] {
    const [x, y] = place(fix);
    const dot = makeSvg("circle", { cx: x, cy: y, r: 6, class: "here" });
    if (fix.heading === null) return [dot];
    return [makeSvg("path", { d: "M0 -17 L6 -7 L-6 -7 Z", transform: `translate(${x} ${y}) rotate(${fix.heading})`, class: "heading" }), dot];
  }

  private north(): SVGElement[] {
    const x = WIDTH - 18;
    return [makeSvg("path", { d: `M${x} 10 l5 14 l-5 -3 l-5 3 Z`, class: "north" }), makeSvg("text", { x, y: 36, "text-anchor": "middle" }, "N")];
  }

  private showText(): void {
    const last = this.fixes.findLast((fix) => fix.good);
    if (this.shown !== "trail" || !last) return;
    const speed = last.speed === null ? "" : ` · ${last.speed.toFixed(1)} km/h`;
    setText(this.text, `${latLon(last)}${speed} · ${ago(Date.now() - last.ts)} · ${last.live ? "live" : "stored"}`);
    this.text.title = fullTime(last.ts);
  }
}
