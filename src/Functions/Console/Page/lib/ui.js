// What every screen is made of.
import { h, render } from "preact";
import { useState, useEffect, useRef } from "preact/hooks";
import htm from "htm";
import { stateOf, blameText, ago, span, when, absolute, useNow } from "./words.js";
import { useMayChange } from "./tab.js";
import { call } from "./api.js";

export const html = htm.bind(h);
export { render, useState, useEffect, useRef };

/** The glyph of a state: its shape says the same as its colour. */
export const Glyph = ({ state }) => {
  const { path, tone } = stateOf(state);
  return html`<svg class="glyph tone-${tone}" viewBox="0 0 12 12" aria-hidden="true"><path d=${path} /></svg>`;
};

export const State = ({ state }) => html`<span class="state"><${Glyph} state=${state} />${stateOf(state).label}</span>`;

export const Blame = ({ blame }) => blame && html`<span class="blame blame-${blame}" title=${blameText(blame)}>${blame}</span>`;

/** A time in the viewer's zone, with the absolute one at hand. */
export const Time = ({ at, full }) => at ? html`<time datetime=${at} title=${absolute(at)}>${when(at, full)}</time>` : html`<span class="none">–</span>`;

export const Ago = ({ at }) => {
  const now = useNow();
  return at ? html`<time datetime=${at} title=${absolute(at)}>${ago(at, now)}</time>` : html`<span class="none">–</span>`;
};

/** How long until a time, or since it passed. */
export const Until = ({ at }) => {
  const now = useNow();
  if (!at) return html`<span class="none">–</span>`;
  const left = Date.parse(at) - now;
  return html`<time datetime=${at} title=${absolute(at)}>${left > 1000 ? `in ${span(left)}` : left > -1000 ? "now" : ago(at, now)}</time>`;
};

/** A name breaks, where it must, behind its dots. */
const broken = (text) => text.split(/(?<=[._@])/).flatMap((part, index) => (index ? [html`<wbr />`, part] : [part]));

export const Link = ({ to, children, ...rest }) => html`<a href=${to} ...${rest}>${typeof children === "string" ? broken(children) : children}</a>`;

export const Panel = ({ title, aside, children, wide, id }) => html`
  <section class=${wide ? "panel wide" : "panel"} aria-labelledby=${id ?? slug(title)}>
    <header><h2 id=${id ?? slug(title)}>${title}</h2>${aside && html`<div class="aside">${aside}</div>`}</header>
    ${children}
  </section>`;

const slug = (text) => `h-${text.toLowerCase().replace(/\W+/g, "-")}`;

/** Names and values; what has no value is left out. */
export const Facts = ({ of }) => html`
  <dl class="facts">${of.filter(([, value]) => value !== undefined && value !== null && value !== false)
    .map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;

export const Empty = ({ children }) => html`<p class="empty">${children}</p>`;

/** What went wrong, in the API's words. */
export const Problem = ({ error, at }) => error && html`
  <div class="problem" role="alert">
    <strong>${error.title}</strong> ${error.detail}
    ${at && html`<span class="muted"> What you see is of <${Time} at=${at} />.</span>`}
  </div>`;

/** What a loader gives: a note while there is nothing, what went wrong, and the content. */
export const Loaded = ({ from, children }) => html`
  <${Problem} error=${from.error} at=${from.data && from.at} />
  ${from.data ? children(from.data) : !from.error && html`<p class="loading" role="status">Loading …</p>`}`;

/** A table: columns are { name, of, wide?, num? }. */
export const Table = ({ label, columns, rows, keyOf, empty }) => rows.length === 0
  ? html`<${Empty}>${empty ?? "None."}<//>`
  : html`<div class="scroll" role="region" aria-label=${label} tabindex="0"><table>
      <caption class="hidden">${label}</caption>
      <thead><tr>${columns.map((column) => html`<th scope="col" class=${kind(column)}>${column.name}</th>`)}</tr></thead>
      <tbody>${rows.map((row, index) => html`<tr key=${keyOf ? keyOf(row) : index}>${columns.map((column) => html`<td class=${kind(column)}>${column.of(row)}</td>`)}</tr>`)}</tbody>
    </table></div>`;

const kind = (column) => `${column.num ? "num" : ""}${column.wide ? " only-wide" : ""}`;

export const number = (value) => value === undefined || value === null ? "–" : value.toLocaleString();

/** Buttons that send a command each: { label, path, body, danger }. Nothing while the tab only reads. */
export function Commands({ of, done }) {
  const may = useMayChange();
  const [said, say] = useState(null);
  const send = async (command) => {
    say({ text: `${command.label} …` });
    try {
      await call(command.path, { method: "POST", body: command.body });
      say({ text: `${command.label}: accepted.` });
      done?.();
    } catch (error) {
      say({ text: `${command.label}: ${error.title} ${error.detail ?? ""}`, failed: true });
    }
  };
  return html`<div class="commands">
    ${may && of.map((command) => html`<button key=${command.label} class=${command.danger ? "danger" : ""} onClick=${() => send(command)}>${command.label}</button>`)}
    <span role="status" class=${said?.failed ? "failed" : "muted"}>${said?.text}</span>
  </div>`;
}
