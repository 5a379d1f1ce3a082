// A list of any length: only the rows that are seen are there. For those who hear it, it is a table that tells how many there are.
import { html, useState, useEffect, useRef } from "./ui.js";

const narrow = matchMedia("(max-width: 640px)");
const spare = 8;

/** columns of { id, name, of, grow, sort? }; `open` is the address of a row, in its first cell. */
export function Rows({ label, columns, rows, keyOf, sort, onSort, freshSince }) {
  const place = useRef();
  const [view, set] = useState({ top: 0, height: 600, small: narrow.matches });
  useEffect(() => {
    const element = place.current;
    const look = () => set({ top: element.scrollTop, height: element.clientHeight, small: narrow.matches });
    const sized = new ResizeObserver(look);
    sized.observe(element);
    narrow.addEventListener("change", look);
    element.addEventListener("scroll", look, { passive: true });
    return () => { sized.disconnect(); narrow.removeEventListener("change", look); };
  }, []);
  const high = view.small ? 58 : 32;
  const from = Math.max(0, Math.floor(view.top / high) - spare);
  const shown = rows.slice(from, Math.ceil((view.top + view.height) / high) + spare);
  const grid = { gridTemplateColumns: view.small ? undefined : columns.map((column) => column.grow).join(" ") };
  const step = (event) => {
    const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const row = way && event.target.closest("[aria-rowindex]");
    if (!row) return;
    const next = way > 0 ? row.nextElementSibling : row.previousElementSibling;
    next?.querySelector("a")?.focus();
    event.preventDefault();
  };
  return html`<div class=${view.small ? "rows small" : "rows"} role="table" aria-label=${label} aria-rowcount=${rows.length + 1}>
    <div role="rowgroup"><div class="row head" role="row" aria-rowindex="1" style=${grid}>${columns.map((column) => html`
      <span key=${column.id} role="columnheader" aria-sort=${sort.id !== column.id ? undefined : sort.down ? "descending" : "ascending"}>
        <button type="button" onClick=${() => onSort(column.id)}>${column.name}<span aria-hidden="true">${sort.id !== column.id ? "" : sort.down ? " ↓" : " ↑"}</span></button></span>`)}</div></div>
    <div class="body" ref=${place} role="rowgroup" tabindex="0" aria-label=${`${label}, rows`} onKeyDown=${step}>
      <div class="all" role="presentation" style=${{ height: `${rows.length * high}px` }}>
        <div role="presentation" style=${{ transform: `translateY(${from * high}px)` }}>${shown.map((row, index) => html`
          <div key=${keyOf(row)} class=${row.heard > freshSince ? "row fresh" : "row"} role="row" aria-rowindex=${from + index + 2} style=${grid}>${columns.map((column) => html`
            <span key=${column.id} role="cell" class=${`cell-${column.id}`}>${column.of(row)}</span>`)}</div>`)}</div>
      </div>
    </div>
  </div>`;
}
