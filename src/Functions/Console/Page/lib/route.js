// Where in the console one is: a path and filters behind the #, so that an address can be sent to a colleague.
import { useEffect, useState } from "preact/hooks";

// What cannot be decoded is a place of its own, where nothing is.
function namesOf(path) {
  try {
    return path.split("/").filter(Boolean).map(decodeURIComponent);
  } catch {
    return [path];
  }
}

function read() {
  const [path, search = ""] = location.hash.replace(/^#\/?/, "").split("?");
  return { path: namesOf(path), parameters: Object.fromEntries(new URLSearchParams(search)) };
}

/** The address of a place: href(["sessions", "s1"], { state: "RUNNING" }). */
export function href(path, parameters = {}) {
  const entries = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null && value !== "");
  // Commas and stars are read better as they are, and may stand there.
  const search = new URLSearchParams(entries).toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
  return `#/${path.map(encodeURIComponent).join("/")}${search ? `?${search}` : ""}`;
}

/** Changes filters in the address without a new step in the history. */
export function setParameters(changes) {
  const { path, parameters } = read();
  history.replaceState(null, "", href(path, { ...parameters, ...changes }));
  dispatchEvent(new HashChangeEvent("hashchange"));
}

export function useRoute() {
  const [route, set] = useState(read);
  useEffect(() => {
    const changed = () => set(read());
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return route;
}
