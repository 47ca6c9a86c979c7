import type { Range } from "./positions";

export interface Fix extends Range {
  text: string;
}

/** What the compiler says of the text (`parsing.language.rendering.to_json`). */
export interface Said extends Range {
  code: string;
  severity: "error" | "warning" | "hint";
  title: string;
  subject: string;
  why: string;
  help: string;
  related: ({ text: string } & Partial<Range>)[];
  fixes: Fix[];
}

export interface Named {
  kind: string;
  name: string;
  set: string;
  owner: string;
  detail: string;
}

const SECONDS = 60;

/** What the page's own routes answer. `form` has the token against forged requests. */
export class Routes {
  constructor(private readonly form: HTMLFormElement) {}

  check(text: string): Promise<{ diagnostics: Said[]; more: number }> {
    return this.send("check/", text);
  }

  /** Of a part of the text, whether it can be read: that takes milliseconds where the whole takes seconds. */
  read(part: string): Promise<{ diagnostics: Said[] }> {
    return this.send("read/", part);
  }

  format(text: string): Promise<{ text: string }> {
    return this.send("format/", text);
  }

  async names(): Promise<Named[]> {
    const body = (await answer(await fetch("names/", { headers, signal: limit() }))) as { names: Named[] };
    return body.names;
  }

  private async send<T>(path: string, text: string): Promise<T> {
    const body = new FormData(this.form);
    body.set("text", text);
    return (await answer(await fetch(path, { method: "POST", body, headers, signal: limit() }))) as T;
  }
}

const headers = { Accept: "application/json" };
const limit = (): AbortSignal => AbortSignal.timeout(SECONDS * 1000);

async function answer(response: Response): Promise<unknown> {
  // Who was signed out is sent to a page, not to JSON.
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json") ?? false;
  const body = isJson ? ((await response.json()) as { detail?: unknown }) : {};
  if (response.ok && isJson && !response.redirected) return body;
  throw new Error(typeof body.detail === "string" ? body.detail : "the server does not answer as it should");
}
