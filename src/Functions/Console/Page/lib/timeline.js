// Drawings over time. What is drawn also stands in words beside it, so that a drawing is one picture with one sentence.
import { html, useState, useEffect, useRef } from "./ui.js";
import { stateOf, reasonText, when, span } from "./words.js";

/** The width of an element, as it changes. */
function useWidth() {
  const place = useRef();
  const [width, set] = useState(600);
  useEffect(() => {
    const element = place.current;
    const sized = new ResizeObserver(() => set(element.clientWidth));
    sized.observe(element);
    return () => sized.disconnect();
  }, []);
  return [place, width];
}

/** A few times between two, for the foot of a drawing: [x, text]. */
function ticks(from, to, width) {
  const count = Math.max(2, Math.floor(width / 130));
  return Array.from({ length: count }, (_, index) => {
    const share = (index + 0.5) / count;
    return [share * width, when(new Date(from + share * (to - from)).toISOString())];
  });
}

/** Marks are { at, good, text }. */
export function Strip({ label, marks, until }) {
  const [place, width] = useWidth();
  const times = [...marks.map((mark) => Date.parse(mark.at)), ...(until ? [Date.parse(until)] : [])];
  const from = Math.min(...times);
  const to = Math.max(...times, from + 10_000);
  const x = (at) => 10 + (Date.parse(at) - from) / (to - from) * (width - 20);
  const bad = marks.filter((mark) => !mark.good).length;
  return html`<div ref=${place} class="strip"><svg width=${width} height="52" role="img" aria-label=${`${label}: ${marks.length - bad} good, ${bad} failed.`}>
    <line class="axis" x1="0" x2=${width} y1="18" y2="18" />
    ${marks.map((mark, index) => mark.good
      ? html`<circle key=${index} class="tone tone-run" cx=${x(mark.at)} cy="18" r="5"><title>${when(mark.at)} ${mark.text}</title></circle>`
      : html`<path key=${index} class="line-gone" d=${`M${x(mark.at) - 4} 14l8 8m0-8l-8 8`}><title>${when(mark.at)} ${mark.text}</title></path>`)}
    ${until && html`<path class="line-grace" d=${`M${x(until)} 8v20`}><title>next probe</title></path>`}
    ${ticks(from, to, width).map(([at, text]) => html`<text key=${text} x=${at} y="46" text-anchor="middle">${text}</text>`)}
  </svg></div>`;
}

const left = 74;

/** Decisions, or the older trail, as the moments of a course: { at, state, from, reason, blame, event, kind, webhook }. */
export function momentsOf({ decisions, trail }) {
  if (decisions?.length) {
    return decisions.map((one) => ({ ...one, state: one.to ?? one.from, webhook: one.event === "AttemptSent" || (one.effects ?? []).some((effect) => effect.startsWith("tell the app server of the stop")) }));
  }
  return (trail ?? []).map((step, index) => ({ ...step, from: trail[index - 1]?.state ?? step.state, kind: "applied" }));
}

function bandsOf(moments, x, end) {
  const bands = [];
  for (const [index, moment] of moments.entries()) {
    const last = bands.at(-1);
    if (last && last.state === moment.state && last.blame === moment.blame) continue;
    if (last && last.state === moment.state && moment.kind !== "applied") continue;
    if (last) last.to = x(index);
    bands.push({ state: moment.state, reason: moment.reason, blame: moment.blame, at: moment.at, from: index === 0 ? left : x(index), to: end });
  }
  return bands;
}

export function Timeline({ moments, chosen, choose, now }) {
  const [place, room] = useWidth();
  const [even, setEven] = useState(true);
  if (moments.length === 0) return html`<p class="empty" ref=${place}>Nothing is remembered.</p>`;
  const times = moments.map((moment) => Date.parse(moment.at));
  const [from, to] = [times[0], Math.max(now, times.at(-1) + 1)];
  const width = even ? Math.max(room, left + moments.length * 34 + 40) : room;
  const x = (index) => even ? left + 14 + index * ((width - left - 50) / moments.length) : left + 8 + (times[index] - from) / (to - from) * (width - left - 20);
  const bands = bandsOf(moments, x, width);
  const summary = `From ${when(moments[0].at, true)}: ${bands.map((band) => `${stateOf(band.state).label} (${reasonText(band.reason)}, ${band.blame})`).join(", then ")}.`;
  return html`<div>
    <label class="chip"><input type="checkbox" checked=${!even} onChange=${() => setEven(!even)} />To scale</label>
    <div class="scroll timeline" ref=${place} tabindex="0" role="region" aria-label="Time line">
      <svg width=${width} height="158" role="img" aria-label=${summary}>
        ${["State", "Events", "Webhooks", "Blame"].map((lane, index) => html`<text key=${lane} class="lane" x="0" y=${[26, 62, 90, 122][index]}>${lane}</text>`)}
        ${bands.map((band, index) => html`<g key=${index}>
          <rect class=${`band tone tone-${stateOf(band.state).tone}`} x=${band.from} y="8" width=${Math.max(2, band.to - band.from - 1)} height="28" rx="3"><title>${stateOf(band.state).label} since ${when(band.at, true)}: ${reasonText(band.reason)}</title></rect>
          ${band.to - band.from > 18 && html`<path class="on" d=${stateOf(band.state).path} transform=${`translate(${band.from + 5} 16)`} />`}
          ${band.to - band.from > 7 * stateOf(band.state).label.length + 28 && html`<text class="on" x=${band.from + 21} y="26">${stateOf(band.state).label}</text>`}
          <rect class=${`blamed blame-${band.blame}`} x=${band.from} y="110" width=${Math.max(2, band.to - band.from - 1)} height="16" rx="3"><title>${band.blame}</title></rect>
          ${band.to - band.from > 7 * (band.blame ?? "").length + 8 && html`<text x=${band.from + 6} y="122">${band.blame}</text>`}
        </g>`)}
        ${moments.map((moment, index) => html`<g key=${index} class=${moment.at === chosen ? "moment chosen" : "moment"} onClick=${() => choose(moment)}>
          <title>${when(moment.at, true)} ${moment.event ?? ""}: ${reasonText(moment.reason)}${moment.kind === "applied" ? "" : ` (${moment.kind})`}</title>
          <line x1=${x(index)} x2=${x(index)} y1="8" y2="100" />
          <${Mark} kind=${moment.kind} x=${x(index)} />
          ${moment.webhook && html`<path class="hook" d=${`M${x(index) - 6} 80h12v9h-12Zm0 0l6 5 6-5`} />`}
        </g>`)}
        ${even
          ? moments.map((moment, index) => (index % Math.max(1, Math.ceil(90 / ((width - left) / moments.length))) === 0) && html`<text key=${index} class="tick" x=${x(index)} y="150" text-anchor="middle">${when(moment.at)}</text>`)
          : ticks(from, to, width - left).map(([at, text]) => html`<text key=${text} class="tick" x=${left + at} y="150" text-anchor="middle">${text}</text>`)}
      </svg>
    </div>
    <p class="muted">${moments.length} ${moments.length === 1 ? "decision" : "decisions"} in ${span(times.at(-1) - times[0])}${even ? ", drawn one beside the other" : ", to scale"}. ● applied, ○ ignored, × refused.</p>
  </div>`;
}

const Mark = ({ kind, x }) => kind === "refused" ? html`<path class="line-gone" d=${`M${x - 4} 54l8 8m0-8l-8 8`} />`
  : html`<circle class=${kind === "ignored" ? "ring" : "dot"} cx=${x} cy="58" r="4.5" />`;
