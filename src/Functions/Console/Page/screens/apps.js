// All apps, and one: whether it is well, its breaker, what its webhooks came to, and its sessions.
import { html, State, Time, Ago, Until, Panel, Facts, Empty, Loaded, Table, Link, Problem, Commands, number, useState } from "../lib/ui.js";
import { states, reasonText } from "../lib/words.js";
import { href, setParameters } from "../lib/route.js";
import { call, query } from "../lib/api.js";
import { useLoaded } from "../lib/loading.js";
import { Strip } from "../lib/timeline.js";
import { Bar } from "./fleet.js";

const drawn = 1_000;
const lookedAt = 20;

// A page can be short, or empty, and not the last.
async function pages(path, name, parameters, signal, isEnough = () => false) {
  const items = [];
  let cursor;
  do {
    const { data } = await call(query(path, { ...parameters, cursor }), { signal });
    items.push(...data[name]);
    cursor = data.next;
  } while (cursor && !isEnough(items));
  return { items, more: Boolean(cursor) };
}

const words = { CLOSED: ["✓", "good", "closed"], OPEN: ["✕", "bad", "open"], HALF_OPEN: ["◐", "warn", "half open"] };

/** A breaker: closed lets webhooks through. */
export const Breaker = ({ state }) => {
  const [sign, tone, text] = words[state] ?? ["?", "", state];
  return html`<span class=${`mark ${tone}`}><span aria-hidden="true">${sign}</span> ${text}</span>`;
};

export const Apps = ({ parameters }) => {
  const apps = useLoaded("apps", (signal) => pages("apps", "apps", { limit: 200 }, signal), (note) => note.to !== "RUNNING" || note.dropped);
  const [text, type] = useState(parameters.name ?? "");
  const typed = (event) => { type(event.target.value); setParameters({ name: event.target.value }); };
  return html`<h1 tabindex="-1">Apps</h1>
    <form class="filter" role="search" aria-label="Filter apps" onSubmit=${(event) => event.preventDefault()}>
      <label>Name contains<input type="search" value=${text} onInput=${typed} spellcheck=${false} /></label>
      <label class="chip"><input type="checkbox" checked=${parameters.trouble === "yes"} onChange=${(event) => setParameters({ trouble: event.target.checked ? "yes" : "" })} />In trouble only</label>
    </form>
    <${Loaded} from=${apps}>${(data) => {
      const rows = data.items.filter((app) => app.packageName.includes(text) && (parameters.trouble !== "yes" || app.incident || app.breaker?.state !== "CLOSED"));
      return html`<${Panel} title=${`${number(rows.length)} apps`} wide aside=${rows.length > drawn && `the first ${number(drawn)}`}>
        <${Table} label="Apps" rows=${rows.slice(0, drawn)} keyOf=${(row) => row.packageName} empty=${data.items.length ? "No app fits." : "No app is registered."} columns=${[
          { name: "App", of: (row) => html`<${Link} to=${href(["apps", row.packageName])}>${row.packageName}<//>` },
          { name: "Breaker", of: (row) => html`<${Breaker} state=${row.breaker?.state} />` },
          { name: "Incident", of: (row) => row.incident ? html`${reasonText(row.incident.cause)}, <${Ago} at=${row.incident.beganAt} />` : html`<span class="none">–</span>` },
          { name: "Next probe", wide: true, of: (row) => row.breaker?.nextProbeAt ? html`<${Until} at=${row.breaker.nextProbeAt} />` : html`<span class="none">–</span>` },
          { name: "Sessions", num: true, of: (row) => html`<${Link} to=${href(["sessions"], { package: row.packageName })}>${row.sessions ? number(Object.values(row.sessions).reduce((a, b) => a + b, 0)) : "list"}<//>` },
          { name: "By state", wide: true, of: (row) => row.sessions ? html`<${Bar} byState=${row.sessions} />` : html`<span class="none" title="Counted for the largest apps">–</span>` },
          { name: "Answered", wide: true, of: (row) => html`<${Ago} at=${row.answeredAt} />` },
        ]} /><//>`;
    }}<//>`;
};

export const App = ({ name }) => {
  const path = `apps/${encodeURIComponent(name)}`;
  const read = (what) => async (signal) => (await call(what, { signal })).data;
  const touches = (note) => note.packageName === name || note.dropped;
  const app = useLoaded(path, read(path));
  const health = useLoaded(`${path}/health`, read(`${path}/health`), touches);
  const explained = useLoaded(`${path}/explain`, read(`${path}/explain`), touches);
  const sessions = useLoaded(`${path}/sessions`, (signal) => pages("app-sessions", "items", { package: name, limit: 100 }, signal, (items) => items.length >= lookedAt), touches);
  return html`<h1 tabindex="-1">${name}</h1>
    ${explained.data && html`<p class="sentence">${explained.data.sentence}</p>`}
    ${explained.data?.changes?.length > 0 && html`<ul class="changes">${explained.data.changes.map((change) => html`<li key=${change}>${change}</li>`)}</ul>`}
    <${Commands} of=${[{ label: "Revive evicted sessions", path: `${path}/revive` }]} done=${() => health.reload()} />
    <${Loaded} from=${health}>${(data) => html`<div class="grid">
      <${Gate} health=${data} />
      <${Incident} incident=${data.incident ?? data.lastIncident} open=${Boolean(data.incident)} />
      <${Registration} app=${app} />
      <${Webhooks} outcomes=${data.lastOutcomes ?? []} tally=${data.tally ?? {}} nextProbeAt=${data.breaker?.nextProbeAt} />
      <${Sessions} of=${sessions} name=${name} />
    </div>`}<//>`;
};

const Gate = ({ health: { breaker, waiting, answeredAt, holdUntil } }) => html`<${Panel} title="Breaker" aside=${html`<${Breaker} state=${breaker.state} />`}><${Facts} of=${[
  ["Failures in a row", number(breaker.failuresInRow)],
  ["Next probe", breaker.nextProbeAt && html`<${Until} at=${breaker.nextProbeAt} />`],
  ["Answered", answeredAt ? html`<${Ago} at=${answeredAt} />` : "not lately"],
  ["Asked to wait until", holdUntil && html`<${Time} at=${holdUntil} />`],
  ["In line", waiting && `${number(waiting.foreground + waiting.background)} places given${waiting.foreground ? `, ${number(waiting.foreground)} in the foreground` : ""}`],
  ["Pace", waiting && `${number(waiting.pacePerSecond)} a second`],
]} /><//>`;

const Incident = ({ incident, open }) => html`<${Panel} title=${open || !incident ? "Incident" : "Last incident"}>${!incident ? html`<${Empty}>None is known.<//>` : html`<${Facts} of=${[
  ["Cause", reasonText(incident.cause)],
  ["Began", html`<${Time} at=${incident.beganAt} />`],
  ["Ended", incident.endedAt && html`<${Time} at=${incident.endedAt} />`],
  ["Owner told", incident.ownerToldAt ? html`<${Time} at=${incident.ownerToldAt} />` : "no"],
  ["Last outcome", incident.lastOutcome],
  ["Probes", number(incident.probes)],
  ["Sessions given up", number(incident.evicted)],
  ["Given up for", incident.evictedFor && reasonText(incident.evictedFor)],
  ["Id", html`<code>${incident.id}</code>`],
]} />`}<//>`;

const isGood = (outcome) => /^(accepted|attached|http_2)/.test(outcome);

function Webhooks({ outcomes, tally, nextProbeAt }) {
  const counts = Map.groupBy ? Map.groupBy(outcomes, (note) => note.outcome) : new Map();
  const marks = outcomes.map((note) => ({ at: note.at, good: isGood(note.outcome), text: reasonText(note.outcome) }));
  return html`<${Panel} title="Webhooks and probes" wide>
    ${outcomes.length === 0 ? html`<${Empty}>None went out lately.<//>` : html`
      <${Strip} label="Outcomes over time" marks=${marks} until=${nextProbeAt} />
      <div class="halves">
        <${Table} label="Lately, by outcome" rows=${[...counts].sort((a, b) => b[1].length - a[1].length)} keyOf=${([outcome]) => outcome} columns=${[
          { name: "Lately, by outcome", of: ([outcome]) => html`<span class=${isGood(outcome) ? "mark good" : "mark bad"}><span aria-hidden="true">${isGood(outcome) ? "✓" : "✕"}</span> ${reasonText(outcome)}</span>` },
          { name: "Webhooks", num: true, of: ([, notes]) => number(notes.length) },
          { name: "Last", of: ([, notes]) => html`<${Ago} at=${notes.at(-1).at} />` },
        ]} />
        <${Facts} of=${[
          ["Asked in all", number(tally.asked)], ["Admitted", number(tally.admitted)], ["of them probes", number(tally.probes)], ["Accepted", number(tally.accepted)],
          ["Failed", number(tally.failed)], ["Sessions given up", number(tally.evicted)], ["Stops not told", number(tally.stopsDropped)],
        ]} />
      </div>`}
  <//>`;
}

// A query can hold what is nobody's business.
const shown = (address) => address.split("?")[0];

const Registration = ({ app }) => html`<${Panel} title="Registration"><${Problem} error=${app.error} />${app.data && html`<${Facts} of=${[
  ["Webhook", html`<code>${shown(app.data.webhookUrl)}</code>`],
  ["Owner", app.data.ownerUrl && html`<code>${shown(app.data.ownerUrl)}</code>`],
  ["API keys", number(app.data.apiKeyCount)],
  ["Signing secrets", number(app.data.webhookSecretCount)],
  ...Object.entries(app.data.overrides ?? {}).map(([name, value]) => [name, `${value}`]),
]} />`}<//>`;

const Sessions = ({ of, name }) => html`<${Panel} title="Sessions" wide aside=${html`<${Link} to=${href(["sessions"], { package: name })}>List and filter<//>`}>
  <${Loaded} from=${of}>${(data) => html`
    <ul class="inline">${states.filter((state) => data.items.some((row) => row.state === state)).map((state) => html`
      <li key=${state}><${Link} to=${href(["sessions"], { package: name, state })}><${State} state=${state} /><//> ${number(data.items.filter((row) => row.state === state).length)}${data.more ? "+" : ""}</li>`)}</ul>
    <${Table} label="Sessions" rows=${data.items.slice(0, lookedAt)} keyOf=${(row) => row.sessionId} columns=${[
      { name: "Session", of: (row) => html`<${Link} to=${href(["sessions", row.sessionId, row.packageName])}>${row.sessionId}<//>` },
      { name: "State", of: (row) => html`<${State} state=${row.state} />` },
      { name: "Since", of: (row) => html`<${Ago} at=${row.since} />` },
      { name: "Reason", wide: true, of: (row) => reasonText(row.reason) },
      { name: "Blame", wide: true, of: (row) => row.blame },
    ]} />`}<//><//>`;
