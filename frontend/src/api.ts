/** An answer that is an error, with the stable code of its problem body. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(detail);
  }
}

const SECONDS = 20;

async function problemOf(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  const { code, detail } = (body ?? {}) as { code?: unknown; detail?: unknown };
  return new ApiError(
    response.status,
    typeof code === "string" ? code : "http_error",
    typeof detail === "string" ? detail : `The server answered ${response.status}.`,
  );
}

/** Reads from Studio's proxy. Throws ApiError, or the abort of `signal`. */
export async function getJson<T>(path: string, query: Record<string, string> = {}, signal?: AbortSignal): Promise<T> {
  const parameters = new URLSearchParams(query).toString();
  const timeout = AbortSignal.timeout(SECONDS * 1000);
  let response: Response;
  try {
    response = await fetch(`/studio/api${path}${parameters ? `?${parameters}` : ""}`, {
      headers: { Accept: "application/json" },
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, "studio_unreachable", "Studio is not reachable. Check the network; the page tries again.");
  }
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as T;
}
