// One action on many sessions. The count comes first; nothing is done before somebody has seen it and said so.
import { html, Panel, Facts, Empty, Problem, number, useState, useEffect } from "../lib/ui.js";
import { setParameters } from "../lib/route.js";
import { FilterForm, filterOf } from "../lib/sessions.js";
import { call } from "../lib/api.js";
import { Reading } from "../lib/reading.js";
import { useMayChange, stored } from "../lib/tab.js";

const actions = { revive: "Revive", stop: "Stop", start: "Start" };
const running = stored("sessionStorage", "lifecycle.bulk");
const pollMs = 1_000;

const onlyReads = (to) => html`<p class="muted">This tab only reads. Allow changes, above, to ${to}.</p>`;

const bodyOf = (filter) => ({ ...filter, ...(filter.state ? { state: filter.state.split(",") } : {}) });

export function Bulk({ parameters }) {
  const filter = filterOf(parameters);
  const action = Object.hasOwn(actions, parameters.action ?? "") ? parameters.action : "revive";
  const may = useMayChange();
  const [count, setCount] = useState(null);
  const [busy, setBusy] = useState(false);
  const [reason, setReason] = useState("");
  const [whole, setWhole] = useState(false);
  const [id, setId] = useState(running.get());
  // Nobody means the whole fleet by leaving something out: it is said, and said anew after another filter.
  const empty = Object.keys(filter).length === 0;
  const all = empty && whole;
  useEffect(() => { if (!empty) setWhole(false); }, [empty]);
  const asked = JSON.stringify([action, filter, all]);
  const current = count?.asked === asked ? count : null;
  const send = async (dryRun) => {
    setBusy(true);
    try {
      const { data } = await call(`app-sessions/${action}`, { method: "POST", body: { filter: bodyOf(filter), dryRun, ...(all ? { all } : {}), ...(reason && !dryRun ? { reason } : {}) } });
      if (dryRun) setCount({ asked, data });
      else { running.set(data.bulkId); setId(data.bulkId); setCount(null); }
    } catch (error) {
      setCount({ asked, error });
    }
    setBusy(false);
  };
  return html`<h1 tabindex="-1">Bulk actions</h1>
    <${Panel} title="Which, and what" wide>
      <form class="filter" onSubmit=${(event) => event.preventDefault()}><fieldset class="states"><legend>Action</legend>${Object.entries(actions).map(([name, label]) => html`
        <label key=${name} class="chip"><input type="radio" name="action" checked=${action === name} onChange=${() => setParameters({ action: name })} />${label}</label>`)}</fieldset></form>
      <${FilterForm} filter=${filter} change=${setParameters} />
      <div class="commands"><button class="main" disabled=${busy || empty && !all} onClick=${() => send(true)}>${busy ? "Counting …" : "Count"}</button>
        ${empty && html`<label><input type="checkbox" checked=${whole} onChange=${(event) => setWhole(event.target.checked)} /> The filter is empty: I mean every session of the whole fleet</label>`}</div>
      <div role="status">${current?.data && html`<${Counted} data=${current.data} action=${action} />`}</div>
      <${Problem} error=${current?.error} />
      ${current?.data?.matched > 0 && (may ? html`<form class="confirm" onSubmit=${(event) => { event.preventDefault(); send(false); }}>
        <label>Reason, for the log<input value=${reason} onInput=${(event) => setReason(event.target.value)} maxlength="100" /></label>
        <button class=${action === "stop" ? "danger" : "main"} disabled=${busy}>${actions[action]} ${all ? "all " : ""}${number(current.data.matched)}${current.data.complete ? "" : " or more"} sessions</button></form>`
        : onlyReads("go on"))}
    <//>
    ${id && html`<${Progress} key=${id} id=${id} close=${() => { running.set(null); setId(null); }} />`}`;
}

const Counted = ({ data, action }) => html`<p class="sentence small">${data.complete ? "" : "At least "}${number(data.matched)} of ${number(data.looked)} sessions would be asked to ${action}.</p>
  ${data.sample?.length > 0 && html`<p class="muted">Among them ${data.sample.join(", ")}.</p>`}`;

function Progress({ id, close }) {
  const [state, set] = useState({});
  const [refused, refuse] = useState(null);
  const may = useMayChange();
  const path = `bulk/${encodeURIComponent(id)}`;
  useEffect(() => {
    const reading = new Reading(async (signal) => {
      try {
        const { data } = await call(path, { signal });
        if (signal.aborted) return undefined;
        set({ data });
        return data.state === "running" ? pollMs : undefined;
      } catch (error) {
        if (signal.aborted) return undefined;
        set((before) => ({ ...before, error }));
        return error.status === 404 ? undefined : 5 * pollMs;
      }
    });
    return () => reading.stop();
  }, [id]);
  const { data, error } = state;
  // It is over when the next look says so.
  const stop = () => call(path, { method: "DELETE" }).then(() => refuse(null), refuse);
  return html`<${Panel} title="Under way" wide aside=${html`<code>${id}</code>`}>
    <${Problem} error=${error} /><${Problem} error=${refused} />
    ${!data ? html`<${Empty}>Loading …<//>` : html`<div role="status">
      <progress ...${data.state === "running" ? {} : { value: 1 }} aria-label="Sessions done"></progress>
      <${Facts} of=${[["Action", data.action], ["State", data.state], ["Looked at", number(data.looked)], ["Done", number(data.done)], ["Failed", number(data.failed)]]} />
      ${data.errors?.length > 0 && html`<ul class="notes">${data.errors.map((one, index) => html`<li key=${index}>${typeof one === "string" ? one : `${one.name}: ${one.reason}`}</li>`)}</ul>`}</div>`}
    <div class="commands">${data?.state === "running" && (may ? html`<button class="danger" onClick=${stop}>Stop it</button>` : onlyReads("stop it"))}<button class="quiet" onClick=${close}>Hide</button></div>
  <//>`;
}
