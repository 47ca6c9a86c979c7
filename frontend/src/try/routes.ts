import { need } from "../dom";
import type { Settings } from "./types";

const SECONDS = 60;

/** Why there is no answer, in words for people. */
export class Refusal extends Error {}

export type Fields = Record<string, string | number | boolean | undefined>;

/** Asks the server; what the message's page has, saved or not, goes along. */
export class Routes {
  constructor(
    private readonly settings: Settings,
    private readonly root: HTMLElement,
    private readonly form: HTMLFormElement | null,
  ) {}

  async post<T>(route: keyof Settings["routes"], fields: Fields): Promise<T> {
    const body = this.form ? new FormData(this.form) : new FormData();
    body.set("csrfmiddlewaretoken", need<HTMLInputElement>('[name="csrfmiddlewaretoken"]', this.root).value);
    for (const [name, value] of Object.entries({ ...fields, ...this.ofMessage() })) {
      if (value !== undefined && value !== false) body.set(`try-${name}`, value === true ? "on" : String(value));
    }
    return this.ask<T>(this.settings.routes[route], { method: "POST", body });
  }

  async frames<T>(query: Record<string, string>): Promise<T> {
    return this.ask<T>(`${this.settings.routes.frames}?${new URLSearchParams(query)}`, {});
  }

  /** Who may not change the message has no fields to send. */
  private ofMessage(): Fields {
    if (!this.settings.message) return {};
    const edited = this.form?.querySelector('[name="can_id"]') !== null;
    return { message: this.settings.message, edited };
  }

  private async ask<T>(url: string, options: RequestInit): Promise<T> {
    let response: Response;
    try {
      response = await fetch(url, { ...options, signal: AbortSignal.timeout(SECONDS * 1000), headers: { Accept: "application/json" } });
    } catch {
      throw new Refusal("The server does not answer. Try once more.");
    }
    const body = (await response.json().catch(() => null)) as (T & { detail?: string }) | null;
    if (response.ok && body !== null) return body;
    if (body?.detail) throw new Refusal(body.detail);
    throw new Refusal(response.status === 403 ? "You may not do that, or are signed out." : `The server answered ${response.status}.`);
  }
}
