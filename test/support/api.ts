/** A plain HTTP client for stories: what was asked, what was answered. */

export interface Answer {
  status: number;
  // A story looks at what it expects; the schemas are checked by the server itself in tests.
  body: Record<string, unknown> & { items?: Array<Record<string, unknown>>; id?: string; code?: string };
  headers: Headers;
}

export interface Api {
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  patch(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  delete(path: string, headers?: Record<string, string>): Promise<Answer>;
  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

/** @param always headers of every request, such as a session's cookie */
export function createApi(publicUrl: string, authorization: string | null, always: Record<string, string> = {}): Api {
  async function request(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(`${publicUrl}${path}`, {
      method,
      headers: {
        ...always,
        ...(authorization ? { authorization } : {}),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.text();
    const json = /\bjson\b/.test(response.headers.get("content-type") ?? "") ? JSON.parse(text) : { text };
    return { status: response.status, body: json, headers: response.headers };
  }
  return {
    request,
    get: (path, headers) => request("GET", path, undefined, headers),
    post: (path, body = {}, headers = {}) => request("POST", path, body, headers),
    patch: (path, body, headers) => request("PATCH", path, body, headers),
    delete: (path, headers) => request("DELETE", path, undefined, headers),
  };
}
