// Lines over time by uPlot, with a legend that says the values in words, and the same as a table.
import { html, useState, useEffect, useRef, number, Table, Time } from "./ui.js";
import { useTheme } from "./tab.js";

const dashes = [[], [6, 3], [2, 3], [10, 4, 2, 4], [4, 4], [1, 4]];

/** `times` in ISO; `series` of { label, tone, values }. */
export function Chart({ label, times, series, height = 150 }) {
  const place = useRef();
  const plot = useRef();
  const [cursor, setCursor] = useState(null);
  const theme = useTheme();
  const names = series.map((one) => one.label).join();
  const seconds = times.map((at) => Date.parse(at) / 1000);
  const data = [seconds, ...series.map((one) => one.values)];
  useEffect(() => {
    const element = place.current;
    // What a colour of the style sheet comes to in this theme.
    const color = (name) => {
      element.style.color = `var(${name})`;
      return getComputedStyle(element).color;
    };
    const axis = { stroke: color("--muted"), grid: { stroke: color("--line"), width: 1 }, ticks: { stroke: color("--line"), width: 1 }, font: "12px system-ui, sans-serif" };
    const made = plot.current = new globalThis.uPlot({
      width: element.clientWidth, height, legend: { show: false }, padding: [8, 8, 0, 0],
      cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
      scales: { y: { range: (_, __, most) => [0, Math.max(4, most * 1.08)] } },
      axes: [{ ...axis, size: 30, values: [[3600, "{HH}:{mm}"], [60, "{HH}:{mm}"], [1, "{HH}:{mm}:{ss}"]] }, { ...axis, size: 48, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6] }],
      series: [{}, ...series.map((one, index) => ({ label: one.label, stroke: color(`--tone-${one.tone}`), width: 2, dash: dashes[index % dashes.length], points: { show: false } }))],
      hooks: { setCursor: [(u) => setCursor(u.cursor.idx ?? null)] },
    }, data, element);
    const sized = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    sized.observe(element);
    return () => { sized.disconnect(); made.destroy(); };
  }, [names, theme, height]);
  useEffect(() => plot.current?.setData(data), [times.at(-1), times.length, names]);
  const at = cursor ?? times.length - 1;
  const move = (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const u = plot.current;
    const next = Math.min(times.length - 1, Math.max(0, at + step));
    u.setCursor({ left: u.valToPos(seconds[next], "x"), top: 10 });
  };
  return html`<figure class="chart">
    <div class="plot" ref=${place} role="img" tabindex="0" aria-label=${`${label}. Now: ${series.map((one) => `${one.label} ${number(one.values.at(-1))}`).join(", ")}. Arrow keys go through the times.`} onKeyDown=${move}></div>
    <figcaption><span class="at">${times.length > 0 && html`<${Time} at=${times[at]} />`}</span>
      <ul class="legend">${series.map((one, index) => html`<li key=${one.label}>
        <svg viewBox="0 0 22 6" class=${`tone-${one.tone}`} aria-hidden="true"><path d="M0 3h22" stroke-dasharray=${dashes[index % dashes.length].join(" ")} /></svg>${one.label} <b>${number(one.values[at])}</b></li>`)}</ul>
    </figcaption>
    <details><summary>As a table</summary>
      <${Table} label=${label} rows=${times.map((_, index) => index).slice(-12).reverse()} columns=${[
        { name: "At", of: (index) => html`<${Time} at=${times[index]} />` },
        ...series.map((one) => ({ name: one.label, num: true, of: (index) => number(one.values[index]) })),
      ]} />
    </details>
  </figure>`;
}
