import { makeSvg } from "../dom";

/** A position; ts in milliseconds, degrees WGS 84, speed in km/h, heading in degrees from north. */
export interface Fix {
  ts: number;
  lat: number;
  lon: number;
  heading: number | null;
  speed: number | null;
  good: boolean;
  live: boolean;
}

export interface View {
  place: (fix: { lat: number; lon: number }) => [x: number, y: number];
  metresPerPixel: number;
  /** Pixels between grid lines. */
  step: number;
}

const METRES_PER_DEGREE = 111_320;

/** A round length of 1, 2 or 5 times a power of ten, at most as long as the one given. */
export function roundLength(metres: number): number {
  const power = 10 ** Math.floor(Math.log10(metres));
  const factor = [5, 2, 1].find((each) => each * power <= metres) ?? 1;
  return factor * power;
}

/** Equirectangular around the middle of the fixes: true to a metre over a work site. */
export function project(fixes: readonly Fix[], width: number, height: number, margin: number, leastMetres: number): View {
  const lats = fixes.map(({ lat }) => lat);
  const lons = fixes.map(({ lon }) => lon);
  const [south, north] = [lats.reduce((a, b) => Math.min(a, b)), lats.reduce((a, b) => Math.max(a, b))];
  const [west, east] = [lons.reduce((a, b) => Math.min(a, b)), lons.reduce((a, b) => Math.max(a, b))];
  const middle = { lat: (south + north) / 2, lon: (west + east) / 2 };
  const narrowing = Math.max(0.01, Math.cos((middle.lat * Math.PI) / 180));
  const [wide, high] = [(east - west) * METRES_PER_DEGREE * narrowing, (north - south) * METRES_PER_DEGREE];
  const metresPerPixel = Math.max(wide / (width - 2 * margin), high / (height - 2 * margin), leastMetres / (height - 2 * margin));
  const place = ({ lat, lon }: { lat: number; lon: number }): [number, number] => [
    width / 2 + ((lon - middle.lon) * METRES_PER_DEGREE * narrowing) / metresPerPixel,
    height / 2 - ((lat - middle.lat) * METRES_PER_DEGREE) / metresPerPixel,
  ];
  return { place, metresPerPixel, step: roundLength(metresPerPixel * 110) / metresPerPixel };
}

export function scaleBar(metresPerPixel: number, height: number): SVGElement[] {
  const metres = roundLength(metresPerPixel * 110);
  const length = metres / metresPerPixel;
  const label = metres >= 1000 ? `${metres / 1000} km` : `${metres} m`;
  const y = height - 12;
  return [
    makeSvg("path", { d: `M12 ${y - 5} V${y} H${12 + length} V${y - 5}`, class: "scale" }),
    makeSvg("text", { x: 18, y: y - 5 }, label),
  ];
}

export function latLon({ lat, lon }: { lat: number; lon: number }): string {
  return `${Math.abs(lat).toFixed(5)}° ${lat < 0 ? "S" : "N"}, ${Math.abs(lon).toFixed(5)}° ${lon < 0 ? "W" : "E"}`;
}
