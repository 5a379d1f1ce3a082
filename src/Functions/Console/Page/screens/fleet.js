// How all of it fares: sessions by state, now and over time, the four rates, incidents, and the platform itself.
import { html, State, Time, Ago, Panel, Facts, Empty, Loaded, Table, number, Link } from "../lib/ui.js";
import { states, stateOf, reasonText, span } from "../lib/words.js";
import { href } from "../lib/route.js";
import { call } from "../lib/api.js";
import { useLoaded } from "../lib/loading.js";
import { Chart } from "../lib/chart.js";

export const Fleet = () => {
  const fleet = useLoaded("fleet", async (signal) => (await call("fleet", { signal })).data);
  const health = useLoaded("health", readiness);
  return html`<h1 tabindex="-1">Fleet</h1><${Loaded} from=${fleet}>${(data) => html`
    <${Counts} data=${data} />
    <div class="grid">
      <${Rates} rates=${data.rates ?? {}} />
      <${Incidents} incidents=${data.incidents ?? []} />
      <${Platform} platform=${data.platform ?? {}} ready=${health.data} />
      <${History} history=${data.history ?? []} />
      <${Largest} data=${data} />
    </div>`}<//>`;
};

// Not being ready is an answer here, and no failure.
async function readiness(signal) {
  try {
    await call("health", { signal });
    return { ready: true };
  } catch (error) {
    if (error.status !== 503) throw error;
    return { ready: false, why: error.detail };
  }
}

const Counts = ({ data }) => html`<section aria-label="Sessions by state" class="counts">
  <${Link} class="count all" to=${href(["sessions"])}><b>${number(data.total)}</b><span>sessions</span><//>
  ${states.map((state) => html`<${Link} key=${state} class=${data.byState?.[state] ? "count" : "count zero"} to=${href(["sessions"], { state })}>
    <b>${number(data.byState?.[state] ?? 0)}</b><${State} state=${state} /><//>`)}
  <p class="muted">${data.at ? html`Counted by the sweep, <${Ago} at=${data.at} />.` : "The first sweep has not counted yet."}</p>
</section>`;

const percent = (share) => share === undefined || share === null ? html`<span class="none" title="Nothing to count in this window">–</span>` : `${(100 * share).toFixed(share > 0.995 && share < 1 ? 2 : 1)} %`;

const Rates = ({ rates }) => html`<${Panel} title="Rates" aside=${rates.windowMs && `last ${span(rates.windowMs)}`}>
  <dl class="rates">
    <div><dt>Reconnect success</dt><dd>${percent(rates.reconnectSuccess)}</dd><dd class="muted">of ${number(rates.graces ?? 0)} losses</dd></div>
    <div><dt>Reconnect latency</dt><dd>${rates.reconnectLatencyMs ? span(rates.reconnectLatencyMs.p50) : html`<span class="none">–</span>`}</dd><dd class="muted">${rates.reconnectLatencyMs ? `p95 ${span(rates.reconnectLatencyMs.p95)}` : "no reconnect"}</dd></div>
    <div><dt>Resurrections</dt><dd>${percent(rates.resurrections)}</dd><dd class="muted">of losses</dd></div>
    <div><dt>False resurrections</dt><dd>${percent(rates.falseResurrections)}</dd><dd class="muted">of resurrections</dd></div>
  </dl>
<//>`;

export const IncidentTable = ({ incidents }) => html`<${Table} label="Incidents" rows=${incidents} keyOf=${(row) => row.id} columns=${[
  { name: "App", of: (row) => html`<${Link} to=${href(["apps", row.packageName])}>${row.packageName}<//>` },
  { name: "Cause", of: (row) => html`${reasonText(row.cause)} <span class="muted">${row.lastOutcome}</span>` },
  { name: "Since", of: (row) => html`<${Ago} at=${row.beganAt} />` },
  { name: "Evicted", num: true, of: (row) => number(row.evicted) },
]} />`;

const Incidents = ({ incidents }) => html`<${Panel} title="Incidents" aside=${incidents.length || null}>
  ${incidents.length ? html`<${IncidentTable} incidents=${incidents} />` : html`<${Empty}>No app is in trouble.<//>`}
<//>`;

const History = ({ history }) => {
  const times = history.map((sweep) => sweep.at);
  const of = (state) => ({ label: stateOf(state).label, tone: stateOf(state).tone, values: history.map((sweep) => sweep.byState?.[state] ?? 0) });
  const others = states.filter((state) => state !== "RUNNING" && history.some((sweep) => sweep.byState?.[state])).map(of);
  return html`<${Panel} title="Sessions by state over time" wide>${history.length < 2
    ? html`<${Empty}>A line begins with the second sweep.<//>`
    : html`<div class="charts"><${Chart} label="Sessions running" times=${times} series=${[of("RUNNING")]} height=${110} />
      ${others.length > 0 && html`<${Chart} label="Sessions in other states" times=${times} series=${others} height=${170} />`}</div>`}<//>`;
};

const Mark = ({ good, children }) => html`<span class=${good === null ? "mark" : good ? "mark good" : "mark bad"}><span aria-hidden="true">${good === null ? "?" : good ? "✓" : "✕"}</span> ${children}</span>`;

const Platform = ({ platform: { canary, timers, sweep, outbox, engineLagMs }, ready }) => html`<${Panel} title="Platform health"><${Facts} of=${[
  ["This host", ready && html`<${Mark} good=${ready.ready}>${ready.ready ? "ready" : ready.why}<//>`],
  ["SignalR service", canary && html`<${Mark} good=${canary.works ?? null}>${canary.works === undefined ? "not looked at lately" : canary.works ? "takes clients" : "takes no clients"}${canary.since && html` since <${Time} at=${canary.since} />`}<//>`],
  ["Engine", engineLagMs !== undefined && html`<${Mark} good=${engineLagMs < 15_000}>${span(engineLagMs)} behind<//>`],
  ["Timers", timers && html`<${Mark} good=${timers.lateMs < 3_000}>at most ${span(timers.lateMs)} late<//>`],
  ["Outbox", outbox && html`<${Mark} good=${!(outbox.oldestAgeMs > 60_000)}>${outbox.waiting ? `${number(outbox.waiting)} waiting, the oldest for ${span(outbox.oldestAgeMs)}` : "empty"}<//>`],
  ["Sweep", sweep && html`<${Mark} good=${!sweep.left}>${number(sweep.sessions)} sessions in ${span(sweep.tookMs)}, ${number(sweep.asked)} asked${sweep.left ? `, ${number(sweep.left)} left` : ""}, <${Ago} at=${sweep.at} /><//>`],
]} /><//>`;

/** Sessions by state as one bar; its words say the same. */
export const Bar = ({ byState = {} }) => {
  const total = Object.values(byState).reduce((sum, count) => sum + count, 0);
  const parts = states.filter((state) => byState[state]);
  let from = 0;
  return html`<span class="bar"><svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">${parts.map((state) => {
    const width = 100 * byState[state] / total;
    from += width;
    return html`<rect key=${state} class=${`tone tone-${stateOf(state).tone}`} x=${from - width} width=${width} height="6" />`;
  })}</svg><span>${parts.filter((state) => state !== "RUNNING").map((state) => `${number(byState[state])} ${stateOf(state).label.toLowerCase()}`).join(", ") || (total ? "all running" : "none")}</span></span>`;
};

const Largest = ({ data }) => html`<${Panel} title="Largest apps" wide aside=${html`<${Link} to=${href(["apps"])}>All apps<//>`}>
  <${Table} label="Largest apps" rows=${(data.byApp ?? []).slice(0, 10)} keyOf=${(row) => row.packageName} columns=${[
    { name: "App", of: (row) => html`<${Link} to=${href(["apps", row.packageName])}>${row.packageName}<//>` },
    { name: "Sessions", num: true, of: (row) => html`<${Link} to=${href(["sessions"], { package: row.packageName })}>${number(row.total)}<//>` },
    { name: "By state", of: (row) => html`<${Bar} byState=${row.byState} />` },
  ]} />
  ${data.otherApps && html`<p class="muted">and ${number(data.otherApps.total)} sessions of ${number(data.otherApps.apps)} more apps</p>`}
<//>`;
