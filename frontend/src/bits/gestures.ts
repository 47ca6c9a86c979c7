import type { Place } from "./place";
import { moved, resized, spanned, type ByteOrder, type End } from "./place";

/** What a pointer does to a place between going down and coming up; each gives the place for the cell it is over. */
export interface Gesture {
  at: (cell: number) => Place;
}

export function move(place: Place, from: number, bits: number): Gesture {
  return { at: (cell) => moved(place, from, cell, bits) };
}

export function resize(place: Place, end: End, bits: number): Gesture {
  return { at: (cell) => resized(place, end, cell, bits) };
}

export function span(from: number, order: ByteOrder): Gesture {
  return { at: (cell) => spanned(from, cell, order) };
}

const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -8, ArrowDown: 8 };

/** Where an arrow key moves a signal, or with shift the end towards which it counts; null: no arrow key. */
export function stepped(place: Place, key: string, isResizing: boolean, bits: number): Place | null {
  const step = STEPS[key];
  if (step === undefined) return null;
  if (!isResizing) {
    // Bit 7 is on the left: to the left a little-endian number grows, a row down both do.
    const little = place.order === "little" && Math.abs(step) === 1;
    return movedBy(place, little ? -step : step, bits);
  }
  const longer = place.order === "little" && Math.abs(step) === 1 ? -step : step;
  const length = Math.min(Math.max(place.length + longer, 1), 64);
  const room = bits - (place.order === "little" ? place.start : place.start ^ 7);
  return { ...place, length: Math.min(length, Math.max(place.length, room)) };
}

function movedBy(place: Place, step: number, bits: number): Place {
  const little = place.order === "little";
  const first = little ? place.start : place.start ^ 7;
  const next = Math.min(Math.max(first + step, 0), Math.max(0, bits - place.length));
  return { ...place, start: little ? next : next ^ 7 };
}
