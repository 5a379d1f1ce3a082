// All sessions, however many: filtered by what stands in the address, live, only the rows that are seen drawn.
import { html, State, Blame, Time, Ago, Until, Problem, Link, number, useState, useEffect, useRef } from "../lib/ui.js";
import { reasonText } from "../lib/words.js";
import { href, setParameters } from "../lib/route.js";
import { Rows } from "../lib/rows.js";
import { FilterForm, filterOf } from "../lib/sessions.js";
import { Sessions as Known } from "../lib/known.js";
import { call, query } from "../lib/api.js";
import { live } from "../lib/loading.js";
import { useMayChange } from "../lib/tab.js";

const step = 10_000;
const typedMs = 200;
const drawMs = 100;

const columns = [
  { id: "sessionId", name: "Session", grow: "minmax(9rem, 2fr)", of: (row) => html`<${Link} to=${href(["sessions", row.sessionId, row.packageName])}>${row.sessionId}<//>` },
  { id: "packageName", name: "App", grow: "minmax(9rem, 2fr)", of: (row) => html`<${Link} to=${href(["apps", row.packageName])}>${row.packageName}<//>` },
  { id: "state", name: "State", grow: "9.5rem", of: (row) => html`<${State} state=${row.state} />` },
  { id: "since", name: "Since", grow: "7rem", of: (row) => html`<${Ago} at=${row.since} />` },
  { id: "reason", name: "Reason", grow: "minmax(8rem, 1.5fr)", of: (row) => reasonText(row.reason) },
  { id: "blame", name: "Blame", grow: "6rem", of: (row) => html`<${Blame} blame=${row.blame} />` },
  { id: "deadline", name: "Deadline", grow: "7rem", of: (row) => html`<${Until} at=${row.deadline} />` },
  { id: "attempt", name: "Attempt", grow: "5rem", of: (row) => row.attempt || html`<span class="none">–</span>` },
  { id: "epoch", name: "Epoch", grow: "4.5rem", of: (row) => row.epoch },
  { id: "instanceId", name: "Instance", grow: "minmax(7rem, 1fr)", of: (row) => row.instanceId ?? html`<span class="none">–</span>` },
  { id: "at", name: "Since, exactly", grow: "9rem", of: (row) => html`<${Time} at=${row.since} full />` },
];
const usual = "sessionId,packageName,state,since,reason,blame";

export const Sessions = ({ parameters }) => {
  const filter = filterOf(parameters);
  const known = useKnown(filter);
  const may = useMayChange();
  const chosen = (parameters.columns ?? usual).split(",");
  const sort = { id: (parameters.sort ?? "sessionId").replace("-", ""), down: parameters.sort?.startsWith("-") ?? false };
  const rows = known.store.select(filter, sort);
  const onSort = (id) => setParameters({ sort: sort.id === id && !sort.down ? `-${id}` : id });
  return html`<div class="screen-rows"><div class="title"><h1 tabindex="-1">Sessions</h1>
      <p role="status" class="muted">${number(rows.length)} ${rows.length === 1 ? "fits" : "fit"}${known.store.reading ? ", reading …" : known.store.whole ? "" : ", and there are more"}</p>
      ${!known.store.reading && !known.store.whole && !known.store.error && html`<button onClick=${known.more}>Read ${number(step)} more</button>`}
      <${Columns} chosen=${chosen} />
      <${Link} class="button" to=${href(["bulk"], filter)}>${may ? "Act on these …" : "Count for an action …"}<//>
    </div>
    <${FilterForm} filter=${filter} change=${setParameters} />
    <${Problem} error=${known.store.error} at=${known.store.at} />
    <${Rows} label="Sessions" columns=${columns.filter((column) => chosen.includes(column.id))} rows=${rows} keyOf=${(row) => row.key} sort=${sort} onSort=${onSort} freshSince=${Date.now() - 2_000} />
    ${rows.length === 0 && !known.store.reading && html`<p class="empty">No session fits.</p>`}</div>`;
};

const page = async (parameters, signal) => (await call(query("app-sessions", parameters), { signal })).data;

// The store lives as long as the screen; it is drawn at most ten times a second, whatever happens in it.
function useKnown(filter) {
  const [, draw] = useState(0);
  const [most, setMost] = useState(step);
  const ref = useRef();
  ref.current ??= { due: undefined, store: new Known(() => { ref.current.due ??= setTimeout(() => { ref.current.due = undefined; draw((n) => n + 1); }, drawMs); }, page, live) };
  const { store } = ref.current;
  const first = useRef(true);
  useEffect(() => {
    const timer = setTimeout(() => store.read(filter, most), first.current ? 0 : typedMs);
    first.current = false;
    return () => clearTimeout(timer);
  }, [JSON.stringify(filter), most]);
  useEffect(() => () => { clearTimeout(ref.current.due); ref.current.due = 0; store.close(); }, []);
  return { store, more: () => setMost(most + step) };
}

const Columns = ({ chosen }) => {
  const toggle = (id) => {
    const now = columns.map((column) => column.id).filter((one) => (one === id ? !chosen.includes(one) : chosen.includes(one)));
    setParameters({ columns: now.join() === usual ? "" : now.join() });
  };
  return html`<details class="menu"><summary>Columns</summary><fieldset><legend class="hidden">Columns</legend>${columns.map((column) => html`
    <label key=${column.id}><input type="checkbox" checked=${chosen.includes(column.id)} disabled=${column.id === "sessionId"} onChange=${() => toggle(column.id)} />${column.name}</label>`)}</fieldset></details>`;
};
