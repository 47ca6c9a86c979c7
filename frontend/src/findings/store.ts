import { getJson } from "../api";
import type { Finding } from "./finding";

const LIMIT = "200";

/** A machine's raised findings: all that are open, and the newest. Throws ApiError. */
export async function readFindings(machine: number): Promise<Finding[]> {
  const path = `/machines/${machine}/findings`;
  const lists = await Promise.all([
    getJson<Finding[]>(path, { open: "true", limit: LIMIT }),
    getJson<Finding[]>(path, { state: "raised", limit: LIMIT }),
  ]);
  return lists.flat();
}

/** The newest that were raised before a time (milliseconds). Throws ApiError, or the abort of `signal`. */
export async function readRaisedBefore(machine: number, time: number, signal: AbortSignal): Promise<Finding[]> {
  const query = { state: "raised", to: new Date(time).toISOString(), limit: LIMIT };
  return getJson<Finding[]>(`/machines/${machine}/findings`, query, signal);
}
