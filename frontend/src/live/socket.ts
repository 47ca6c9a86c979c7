/** The websocket of `studio/live/protocol.py`, version 1, with reconnection. */

import type { LiveFinding } from "../findings/finding";

export type RowMessage = [
  group: number, source: number, ts: number, ordinal: number, values: (number | null)[], qualities: number[],
];

export interface LivePosition {
  ts: number;
  lat: number;
  lon: number;
  speed?: number | null;
  heading?: number | null;
  quality?: number;
}

export interface LiveEvent {
  ts: number;
  name: string;
  state: string;
  severity: string;
  text: string;
}

export interface MachineUpdate {
  machine: number;
  release: number;
  received: number;
  rows: RowMessage[];
  position: LivePosition | null;
  events: LiveEvent[];
  findings: LiveFinding[];
}

export type ServerMessage =
  | { type: "hello"; seq: number; version: number; limits: Record<string, number> }
  | { type: "snapshot"; seq: number; machine: number; snapshot: unknown }
  | { type: "values"; seq: number; coalesced: number; lost: number; machines: MachineUpdate[] }
  | { type: "lane"; seq: number; up: boolean }
  | { type: "refused"; seq: number; machine: number; code: string; detail: string }
  | { type: "unsubscribed"; seq: number; machine: number }
  | { type: "notice"; seq: number; notice: "release"; number: number; note: string }
  | { type: "notice"; seq: number; notice: "silent"; machine: number; since: string }
  | { type: "notice"; seq: number; notice: "back"; machine: number };

/** `live`: values can arrive; `paused`: connected, but the live lane behind it is down. */
export type ConnectionState = "connecting" | "live" | "paused" | "reconnecting" | "forbidden" | "signed-out";

const VERSION = 1;
const FIRST_DELAY = 500;
const LAST_DELAY = 15_000;
const CLOSE_ANONYMOUS = 4401;
const CLOSE_FORBIDDEN = 4403;
const STABLE_AFTER = 5_000;

export class LiveSocket {
  private socket: WebSocket | null = null;
  private delay = FIRST_DELAY;
  private ended = false;
  private readonly wanted = new Set<number>();
  state: ConnectionState = "connecting";

  constructor(
    private readonly onMessage: (message: ServerMessage) => void,
    private readonly onState: (state: ConnectionState) => void,
  ) {
    // A laptop that wakes or a network that returns should not wait for the back-off.
    addEventListener("online", () => this.connectNow());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.connectNow();
    });
  }

  start(): void {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws/live/`);
    this.socket = socket;
    const opened = performance.now();
    socket.addEventListener("message", (event) => this.receive(event));
    socket.addEventListener("close", (event) => {
      if (this.socket !== socket) return;
      this.socket = null;
      if (performance.now() - opened > STABLE_AFTER) this.delay = FIRST_DELAY;
      this.closed(event.code);
    });
  }

  subscribe(machine: number): void {
    this.wanted.add(machine);
    this.send({ subscribe: { machine } });
  }

  private receive(event: MessageEvent): void {
    const message = JSON.parse(String(event.data)) as ServerMessage;
    if (message.type === "hello") {
      if (message.version !== VERSION) {
        location.reload();
        return;
      }
      for (const machine of this.wanted) this.send({ subscribe: { machine } });
      this.become("live");
    } else if (message.type === "lane") {
      this.become(message.up ? "live" : "paused");
    } else if (message.type === "refused") {
      this.refused(message.machine, message.code);
    }
    this.onMessage(message);
  }

  private refused(machine: number, code: string): void {
    if (code === "not_found" || code === "permission_denied") {
      this.wanted.delete(machine);
      this.become("forbidden");
      return;
    }
    // The Data API could not be asked: ask again when it may be back.
    this.become("paused");
    setTimeout(() => this.wanted.has(machine) && this.send({ subscribe: { machine } }), 5_000);
  }

  private send(body: object): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(body));
  }

  private closed(code: number): void {
    if (code === CLOSE_ANONYMOUS || code === CLOSE_FORBIDDEN) {
      this.ended = true;
      this.become(code === CLOSE_ANONYMOUS ? "signed-out" : "forbidden");
      return;
    }
    this.become("reconnecting");
    setTimeout(() => this.connectNow(), this.delay * (0.5 + Math.random() / 2));
    this.delay = Math.min(this.delay * 2, LAST_DELAY);
  }

  private connectNow(): void {
    if (!this.socket && !this.ended && this.state !== "connecting") this.start();
  }

  private become(state: ConnectionState): void {
    if (state === this.state) return;
    this.state = state;
    this.onState(state);
  }
}
