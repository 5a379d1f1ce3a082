// One session: what it is doing and why, its course, every decision that is remembered, and what another policy would have made of it.
import { html, State, Blame, Time, Ago, Until, Panel, Facts, Empty, Loaded, Link, Problem, Commands, number, useState } from "../lib/ui.js";
import { reasonText, span } from "../lib/words.js";
import { href, setParameters } from "../lib/route.js";
import { call, query, sessionPath } from "../lib/api.js";
import { useLoaded, useTransitions } from "../lib/loading.js";
import { storedMs } from "../lib/known.js";
import { Timeline, momentsOf } from "../lib/timeline.js";
import { Breaker } from "./apps.js";

export const Session = ({ sessionId, packageName, parameters: { at } }) => {
  const path = sessionPath(sessionId, packageName);
  const isMine = (note) => note.sessionId === sessionId && note.packageName === packageName;
  const touches = (note) => isMine(note) || note.dropped;
  const [heard, hear] = useState(null);
  useTransitions((notes) => { for (const note of notes) if (isMine(note)) hear((last) => last?.at > note.at ? last : { ...note, heard: Date.now() }); });
  const session = useLoaded(path, async (signal) => (await call(path, { signal })).data, touches);
  const explained = useLoaded(query(`${path}/explain`, { at }), async (signal) => (await call(query(`${path}/explain`, { at }), { signal })).data, touches);
  const latest = useLoaded(at ? `${path}/explain` : null, async (signal) => (await call(`${path}/explain`, { signal })).data, touches);
  const said = explained.data;
  const decisions = (at ? latest.data : said)?.decisions;
  const choose = (moment) => setParameters({ at: moment.at === at ? "" : moment.at });
  return html`<div class="title"><h1 tabindex="-1">${sessionId}</h1><${Link} to=${href(["apps", packageName])}>${packageName}<//></div>
    ${at && html`<p class="asof" role="status">As of <${Time} at=${at} full />. <button onClick=${() => setParameters({ at: "" })}>Back to now</button></p>`}
    ${said && html`<p class="sentence">${said.sentence}</p>`}
    <${Problem} error=${explained.error} />
    <${Commands} done=${() => session.reload()} of=${[
      { label: "Start", path: `${path}/start` }, { label: "Revive", path: `${path}/revive` }, { label: "Stop", path: `${path}/stop`, body: { reason: "console" }, danger: true },
    ]} />
    <${Loaded} from=${session}>${(data) => html`
      <${Panel} title="Course" wide><${Timeline} moments=${momentsOf({ decisions, trail: data.trail })} chosen=${at} choose=${choose} now=${Date.now()} /><//>
      <div class="grid">
        <${Now} data=${data} said=${said} heard=${!at && heard} />
        <${Gate} gate=${said?.gate} changes=${said?.changes} links=${said?.links} packageName=${packageName} />
        <${WhatIf} path=${path} packageName=${packageName} />
        <${Decisions} decisions=${decisions} at=${at} choose=${choose} />
        <${Attempts} run=${data.run} />
        <${Counts} data=${data} />
      </div>`}<//>`;
};

// What was heard stands here until the API has told the same, or has not for a while.
const Now = ({ data, said, heard }) => {
  let of = said ?? data;
  if (heard?.at > of.since && Date.now() - heard.heard < storedMs) {
    of = { ...heard, state: heard.to, since: heard.at };
    [data, said] = [{ ...data, deadline: null }, null];
  }
  return html`<${Panel} title="State" aside=${html`<${State} state=${of.state} />`}><${Facts} of=${[
    ["Since", html`<${Time} at=${of.since} full />, <${Ago} at=${of.since} />`],
    ["Reason", reasonText(of.reason)],
    ["Blame", html`<${Blame} blame=${of.blame} />`],
    ["Waits for", said && said.waitsFor !== "nothing" && reasonText(said.waitsFor)],
    ["Until", (said?.until ?? data.deadline) && html`<${Time} at=${said?.until ?? data.deadline} />, <${Until} at=${said?.until ?? data.deadline} />`],
    ["User", data.away && "away"],
    ["Start", data.startPending && "remembered"],
    ["Released", data.released && "the app said goodbye"],
    ["Instance", data.instanceId && html`<code>${data.instanceId}</code>`],
    ["Connection", data.connectionId && html`<code>${data.connectionId}</code>`],
    ["Epoch", number(data.epoch)],
    ["Subscriptions", data.subscriptions?.length > 0 && `${data.subscriptions.join(", ")} (version ${data.subscriptionsVersion})`],
  ]} /><//>`;
};

const Gate = ({ gate, changes, links, packageName }) => html`<${Panel} title="What it waits for, and what would change it">
  ${gate && html`<${Facts} of=${[
    ["Breaker of the app", html`<${Breaker} state=${gate.breaker} />`],
    ["Next probe", gate.nextProbeAt && html`<${Until} at=${gate.nextProbeAt} />`],
    ["Place in line", gate.place && `${number(gate.place)} of ${number(gate.waiting)}`],
    ["Earliest", gate.earliestAt && html`<${Time} at=${gate.earliestAt} />, <${Until} at=${gate.earliestAt} />`],
    ["Incident", gate.incidentId && html`<${Link} to=${href(["apps", packageName])}><code>${gate.incidentId}</code><//>`],
    ["Trace", links?.traceId && html`<code>${links.traceId}</code>`],
  ]} />`}
  ${changes?.length > 0 ? html`<ul class="changes">${changes.map((change) => html`<li key=${change}>${change}</li>`)}</ul>` : !gate && html`<${Empty}>It waits for nothing.<//>`}
<//>`;

const Decisions = ({ decisions, at, choose }) => html`<${Panel} title="Decisions" wide aside=${decisions && `${number(decisions.length)} remembered, the newest first`}>
  ${!decisions?.length ? html`<${Empty}>None is remembered.<//>` : html`<ol class="decisions" reversed>${decisions.map((one, index) => html`
    <li key=${index} class=${one.at === at ? "chosen" : ""}>
      <div><${Time} at=${one.at} /> <b>${one.event}</b>${one.times > 1 && html` × ${one.times}, last <${Time} at=${one.lastAt} />`}${one.lateMs > 1000 && html` <span class="warn">${span(one.lateMs)} late</span>`}<div class="muted">${one.what}</div></div>
      <div><${State} state=${one.from} />${one.to && one.to !== one.from && html` → <${State} state=${one.to} />`} <span class=${`kind ${one.kind}`}>${one.kind}</span></div>
      <div>${reasonText(one.reason)} <${Blame} blame=${one.blame} />${one.guard && html`<span class="muted"> ${one.guard}</span>`}
        ${one.effects?.length > 0 && html`<div class="muted">then: ${one.effects.join("; ")}</div>`}
        ${one.replays === false && html`<div class="warn">The rules of this version decide otherwise.</div>`}
        ${one.unmet?.length > 0 && html`<details class="muted"><summary>${number(one.unmet.length)} guards were not met</summary><ul>${one.unmet.map((guard) => html`<li key=${guard}>${guard}</li>`)}</ul></details>`}</div>
      <button class="quiet" aria-pressed=${one.at === at} onClick=${() => choose(one)}>${one.at === at ? "Back to now" : "Explain then"}</button>
    </li>`).reverse()}</ol>`}
<//>`;

const Attempts = ({ run }) => run && html`<${Panel} title="Webhooks of this run"><${Facts} of=${[
  ["Why", run.reason], ["Phase", run.phase], ["Attempt", number(run.attempt)], ["Due", html`<${Until} at=${run.dueAt} />`], ["Gives up", html`<${Until} at=${run.givesUpAt} />`],
]} /><ul class="notes">${(run.lastAttempts ?? []).map((note) => html`<li key=${note.at}><${Time} at=${note.at} /> ${reasonText(note.outcome)}</li>`)}</ul><//>`;

const Counts = ({ data }) => html`<${Panel} title="So far"><${Facts} of=${Object.entries(data.tally ?? {}).filter(([, value]) => typeof value === "number").map(([name, value]) => [name.replace(/([A-Z])/g, " $1").toLowerCase(), number(value)])} /><//>`;

const read = (text) => text === "true" ? true : text === "false" ? false : Number(text);

/** What another policy would have made of the session: nothing is changed by asking. */
function WhatIf({ path, packageName }) {
  const app = useLoaded(`policy of ${packageName}`, async (signal) => (await call(`apps/${encodeURIComponent(packageName)}`, { signal })).data);
  const policy = Object.entries(app.data?.policy ?? {}).filter(([, value]) => typeof value !== "object");
  const [name, setName] = useState("reconnectGraceMs");
  const [text, setText] = useState("");
  const [answer, set] = useState(null);
  const ask = async (event) => {
    event.preventDefault();
    try {
      set({ data: (await call(`${path}/what-if`, { method: "POST", body: { policy: { [name]: read(text) } } })).data });
    } catch (error) {
      set({ error });
    }
  };
  const current = policy.find(([one]) => one === name)?.[1];
  return html`<${Panel} title="What if the policy were another" wide=${answer?.data}>
    <form class="whatif" onSubmit=${ask}>
      <label>Policy value<select value=${name} onChange=${(event) => { setName(event.target.value); setText(""); }}>${policy.map(([one]) => html`<option key=${one} value=${one}>${one}</option>`)}</select></label>
      <label>instead of ${current === undefined ? "now" : `${current}`}<input required value=${text} inputmode=${typeof current === "boolean" ? "text" : "numeric"} pattern=${typeof current === "boolean" ? "true|false" : "[0-9]+"} onInput=${(event) => setText(event.target.value)} /></label>
      <button>Ask</button>
    </form>
    <${Problem} error=${answer?.error} />
    ${answer?.data && html`<div role="status"><p class="sentence small">${answer.data.sentence}</p>
      ${answer.data.partsAt && html`<p class="muted">The courses part at <${Time} at=${answer.data.partsAt} full />. Webhooks: ${number(answer.data.webhooks?.actual)} in truth, ${number(answer.data.webhooks?.instead)} instead.</p>`}
      <div class="halves"><${Course} title="In truth" steps=${answer.data.actual} /><${Course} title="Instead" steps=${answer.data.instead} /></div>
      ${answer.data.assumptions?.length > 0 && html`<details><summary>Assumptions</summary><ul>${answer.data.assumptions.map((one) => html`<li key=${one}>${one}</li>`)}</ul></details>`}
    </div>`}
  <//>`;
}

const Course = ({ title, steps = [] }) => html`<div><h3>${title}</h3><ol class="notes">${steps.map((step, index) => html`
  <li key=${index}><${Time} at=${step.at} /> <${State} state=${step.state} /> <span class="muted">${reasonText(step.reason)}</span></li>`)}</ol></div>`;
