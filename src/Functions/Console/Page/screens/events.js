// Events and dead letters, the newest first, where this host keeps them; where a storage queue has them, it says so.
import { html, State, Blame, Time, Panel, Empty, Problem, Link, number, useState, useEffect, useRef } from "../lib/ui.js";
import { reasonText } from "../lib/words.js";
import { href, setParameters } from "../lib/route.js";
import { call, query } from "../lib/api.js";
import { useLoaded } from "../lib/loading.js";

const kept = 500;

// The last ones at first, then those behind the last one seen. A host that was started again counts anew, and so do we.
function reader(path) {
  let [items, last, generation] = [[], 0, undefined];
  const page = async (after, limit, signal) => (await call(query(path, { after, limit, generation }), { signal })).data;
  return async (signal) => {
    try {
      if (generation === undefined) {
        const first = await page(0, 1, signal);
        [generation, last] = [first.generation, Math.max(0, first.last - kept)];
      }
      for (let full = true; full;) {
        const found = await page(last, kept, signal);
        items = [...found.items.toReversed(), ...items].slice(0, kept);
        last = found.items.at(-1)?.sequence ?? last;
        full = found.items.length === kept;
      }
    } catch (error) {
      if (error.status !== 410) throw error;
      [items, last, generation] = [[], 0, undefined];
    }
    return { items, last };
  };
}

const titles = { events: "Events", "dead-letters": "Dead letters" };

export function Events({ path, parameters }) {
  const read = useRef({});
  if (read.current.path !== path) read.current = { path, load: reader(path) };
  const loaded = useLoaded(path, read.current.load, () => true);
  const [text, type] = useState(parameters.contains ?? "");
  useEffect(() => type(parameters.contains ?? ""), [path]);
  const typed = (event) => { type(event.target.value); setParameters({ contains: event.target.value }); };
  const items = (loaded.data?.items ?? []).filter((item) => !text || JSON.stringify(item.event).includes(text));
  const elsewhere = loaded.error?.code === "not_kept_here";
  return html`<h1 tabindex="-1">${titles[path]}</h1>
    ${elsewhere ? html`<${Panel} title="Kept elsewhere"><p>${loaded.error.detail}</p><${Empty}>Read them there, for example with the storage explorer, or with a function that the queue triggers.<//><//>` : html`
      <form class="filter" role="search" aria-label="Filter" onSubmit=${(event) => event.preventDefault()}>
        <label>Contains<input type="search" value=${text} onInput=${typed} spellcheck=${false} placeholder="session, app, reason …" /></label></form>
      <${Problem} error=${loaded.error} at=${loaded.data && loaded.at} />
      <${Panel} title=${`${number(items.length)} shown`} wide aside=${loaded.data && `${number(loaded.data.last)} since the host was started`}>
        ${items.length === 0 ? html`<${Empty}>${loaded.data ? "None." : "Loading …"}<//>` : html`<ol class="events">${items.slice(0, 200).map((item) => html`<${Item} key=${item.sequence} item=${item} />`)}</ol>`}
      <//>`}`;
}

const Item = ({ item: { sequence, event } }) => {
  const data = event?.data ?? {};
  return html`<li><span class="muted">${number(sequence)}</span> <${Time} at=${event?.time} /> <span>${event?.type?.split(".").at(-1)}</span>
    ${data.sessionId && html`<${Link} to=${href(["sessions", data.sessionId, data.packageName])}>${data.sessionId} <span class="muted">${data.packageName}</span><//>`}
    ${data.from && html`<span><${State} state=${data.from} /> → <${State} state=${data.to} /></span>`}
    <span>${reasonText(data.reason)}</span> <${Blame} blame=${data.blame} />
    <details><summary>JSON</summary><pre tabindex="0">${JSON.stringify(event, null, 2)}</pre></details></li>`;
};
