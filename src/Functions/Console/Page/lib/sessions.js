// Filters of sessions. A filter is the same in the address, in the query of the API and over the rows that are here.
import { html, useRef, useState } from "./ui.js";
import { states, stateOf, blames } from "./words.js";

const names = ["state", "package", "session", "blame", "since"];

export const filterOf = (parameters) => Object.fromEntries(names.filter((name) => parameters[name]).map((name) => [name, parameters[name]]));

const sinces = [["", "any time"], ["1", "1 min"], ["10", "10 min"], ["60", "1 h"], ["1440", "1 day"]];

/** The form of a filter. What is typed takes effect at once on what is here, and as a beginning of a name unless it is chosen whole. */
export function FilterForm({ filter, change }) {
  const chosen = new Set(filter.state?.split(",") ?? []);
  const toggle = (state) => {
    chosen.has(state) ? chosen.delete(state) : chosen.add(state);
    change({ state: states.filter((one) => chosen.has(one)).join(",") });
  };
  const since = (minutes) => change({ since: minutes && new Date(Date.now() - minutes * 60_000).toISOString().slice(0, 19) + "Z" });
  return html`<form class="filter" role="search" aria-label="Filter sessions" onSubmit=${(event) => event.preventDefault()}>
    <fieldset class="states"><legend>State</legend>${states.map((state) => html`
      <label key=${state} class="chip"><input type="checkbox" checked=${chosen.has(state)} onChange=${() => toggle(state)} />${stateOf(state).label}</label>`)}</fieldset>
    <${Typed} label="App" value=${filter.package} change=${(value) => change({ package: value })} />
    <${Typed} label="Session" value=${filter.session} change=${(value) => change({ session: value })} id="filter-session" />
    <label>Blame<select value=${filter.blame ?? ""} onChange=${(event) => change({ blame: event.target.value })}>
      <option value="">anybody</option>${blames.map((blame) => html`<option key=${blame} value=${blame}>${blame}</option>`)}</select></label>
    <label>In its state since<select value=${filter.since ? "set" : ""} onChange=${(event) => since(event.target.value)}>
      ${sinces.map(([value, label]) => html`<option key=${value} value=${value}>${label}</option>`)}
      ${filter.since && html`<option value="set">${filter.since.replace("T", " ").replace("Z", " UTC")}</option>`}</select></label>
    ${Object.keys(filter).length > 0 && html`<button type="button" class="quiet" onClick=${() => change(Object.fromEntries(names.map((name) => [name, ""])))}>Clear</button>`}
  </form>`;
}

function Typed({ label, value = "", change, id }) {
  const [text, set] = useState(value);
  const last = useRef(value);
  // An address that changed by itself is shown; what is being typed is left alone. Not in an effect: it would come after the next letter.
  if (value !== last.current) { last.current = value; set(value); }
  const typed = (event) => {
    const now = event.target.value;
    set(now);
    last.current = now && !now.endsWith("*") && event.type === "input" ? `${now}*` : now;
    change(last.current);
  };
  return html`<label>${label}<input id=${id} type="search" value=${text} placeholder="begins with …" spellcheck=${false} autocomplete="off" onInput=${typed} /></label>`;
}
