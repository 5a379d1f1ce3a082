// What this tab and this browser remember: the theme, and whether this tab may change anything.
import { useEffect, useState } from "preact/hooks";

/** Keeps a value in the tab or the browser; storage that is forbidden forgets. */
export const stored = (storage, name) => ({
  get: () => { try { return globalThis[storage].getItem(name); } catch { return null; } },
  set: (value) => { try { value === null ? globalThis[storage].removeItem(name) : globalThis[storage].setItem(name, value); } catch { /* it is forgotten */ } },
});

/** A value that screens follow. */
function followed(read) {
  const listeners = new Set();
  return {
    tell: () => { for (const listener of listeners) listener(read()); },
    use: () => {
      const [value, set] = useState(read);
      useEffect(() => { set(read()); listeners.add(set); return () => listeners.delete(set); }, []);
      return value;
    },
  };
}

// Light or dark: the machine's, until somebody chooses.
const theme = stored("localStorage", "lifecycle.theme");
const dark = matchMedia("(prefers-color-scheme: dark)");
const themeNow = () => theme.get() ?? (dark.matches ? "dark" : "light");
const themes = followed(themeNow);

function apply() {
  document.documentElement.dataset.theme = themeNow();
  themes.tell();
}

dark.addEventListener("change", apply);
apply();

export function toggleTheme() {
  theme.set(themeNow() === "dark" ? "light" : "dark");
  apply();
}

export const useTheme = themes.use;

// It may change nothing until somebody says so, and the next tab asks anew.
const changes = stored("sessionStorage", "lifecycle.changes");
const may = followed(() => changes.get() === "yes");

export function allowChanges(allowed) {
  changes.set(allowed ? "yes" : null);
  may.tell();
}

export const useMayChange = may.use;
