// Calls of the API. The function key, where one is asked for, is kept for this tab alone and goes in a header, never in an address.
import { stored } from "./tab.js";

const base = new URL("../", document.baseURI);
const key = stored("sessionStorage", "lifecycle.key");
const listeners = new Set();
let asked = null;

export class ApiError extends Error {
  constructor(status, title, detail, type) {
    super(detail || title);
    Object.assign(this, { status, title, detail, code: type?.split(":").at(-1) });
  }
}

/** What has to be done before calls go through: null, "key" or "signin". */
export const wanted = { get: () => asked, subscribe: (tell) => { listeners.add(tell); return () => listeners.delete(tell); } };

function want(what) {
  if (what === asked) return;
  asked = what;
  for (const tell of listeners) tell(what);
}

export const hasKey = () => key.get() !== null;

export function useKey(text) {
  key.set(text || null);
  want(null);
}

/** Calls the API: { status, data, location }. Throws an ApiError in the API's own words. */
export async function call(path, { method = "GET", body, signal } = {}) {
  const headers = { accept: "application/json" };
  if (key.get()) headers["x-functions-key"] = key.get();
  if (method !== "GET") headers["content-type"] = "application/json";
  let response;
  try {
    // App Service authentication answers who is not signed in with a redirect to another site.
    response = await fetch(new URL(path, base), { method, headers, signal, redirect: "manual", cache: "no-store", body: method === "POST" ? JSON.stringify(body ?? {}) : undefined });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, "The host does not answer.", "It is asked again in a moment.");
  }
  if (response.type === "opaqueredirect") {
    want("signin");
    throw new ApiError(401, "Not signed in.", "Load the page again to sign in.");
  }
  const text = await response.text();
  const data = text && /json/.test(response.headers.get("content-type") ?? "") ? JSON.parse(text) : null;
  if (response.ok) {
    if (asked === "key") want(null);
    return { status: response.status, data, location: response.headers.get("location") };
  }
  if (response.status === 401 && data?.type === undefined) want("key");
  throw new ApiError(response.status, data?.title ?? `Answer ${response.status}`, data?.detail ?? (response.status === 401 ? "The function key is missing or wrong." : ""), data?.type);
}

export const sessionPath = (sessionId, packageName) => `sessions/${encodeURIComponent(sessionId)}/apps/${encodeURIComponent(packageName)}`;

/** A path with a query; what is empty is left out. */
export function query(path, parameters) {
  const entries = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return entries.length ? `${path}?${new URLSearchParams(entries)}` : path;
}
