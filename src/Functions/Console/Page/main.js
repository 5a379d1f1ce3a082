// The frame around the screens: where one is, how the stream is, what this tab may do.
import { html, render, useState, useEffect, useRef } from "./lib/ui.js";
import { useRoute, href } from "./lib/route.js";
import { live, listenWhileSeen, useLive } from "./lib/loading.js";
import { wanted, useKey, hasKey } from "./lib/api.js";
import { useMayChange, allowChanges, toggleTheme, useTheme } from "./lib/tab.js";
import { zone, span, useNow } from "./lib/words.js";
import { Fleet } from "./screens/fleet.js";
import { Apps, App } from "./screens/apps.js";
import { Sessions } from "./screens/sessions.js";
import { Session } from "./screens/session.js";
import { Events } from "./screens/events.js";
import { Bulk } from "./screens/bulk.js";

const places = [["fleet", "Fleet", Fleet], ["apps", "Apps", Apps], ["sessions", "Sessions", Sessions], ["events", "Events", Events], ["dead-letters", "Dead letters", Events], ["bulk", "Bulk actions", Bulk]];

// An address can have been cut or typed. A name of dots would lead the API's address to something else.
function screenOf([place = "fleet", ...names], parameters) {
  const [name, packageName] = names;
  if (!names.some((one) => /^\.\.?$/.test(one)) && !Number.isNaN(Date.parse(parameters.at ?? 0))) {
    if (place === "apps" && names.length === 1) return [name, html`<${App} key=${name} name=${name} />`];
    if (place === "sessions" && names.length === 2) return [names.join(" "), html`<${Session} key=${names.join(":")} sessionId=${name} packageName=${packageName} parameters=${parameters} />`];
  }
  const found = names.length === 0 && places.find(([one]) => one === place);
  if (!found) return ["No such page", html`<h1 tabindex="-1">No such page</h1><p>The address <code>${location.hash}</code> leads nowhere.</p><p><a href=${href(["fleet"])}>Go to the fleet</a></p>`];
  const [, label, Screen] = found;
  return [label, html`<${Screen} key=${place} path=${place} parameters=${parameters} />`];
}

function Console() {
  const { path, parameters } = useRoute();
  const [name, screen] = screenOf(path, parameters);
  const content = useRef();
  const at = path.join("/");
  const began = useRef(at);
  useEffect(() => {
    document.title = `${name} – Lifecycle`;
    // Who follows a link by keyboard or ear is where the new screen begins.
    if (began.current !== at) { began.current = at; scrollTo(0, 0); content.current.querySelector("h1")?.focus({ preventScroll: true }); }
  }, [at, name]);
  return html`<a class="skip" href="#content" onClick=${(event) => { event.preventDefault(); content.current.querySelector("h1")?.focus(); }}>Skip to the content</a>
    <header class="bar-top">
      <a class="brand" href=${href(["fleet"])}>Lifecycle</a>
      <nav aria-label="Screens">${places.map(([place, label]) => html`<a key=${place} href=${href([place])} aria-current=${(path[0] ?? "fleet") === place ? "page" : undefined}>${label}</a>`)}</nav>
      <div class="tools"><${Stream} /><${Changes} /><${Theme} /></div>
    </header>
    <${KeyForm} />
    <main id="content" ref=${content}>${screen}</main>
    <footer class="muted">Times in ${zone}; in UTC when pointed at. ${hasKey() && html`<button class="quiet" onClick=${() => { useKey(""); location.reload(); }}>Forget the key</button>`}</footer>`;
}

// Told to those who hear only when it changes, not at each second of a wait.
function Stream() {
  const status = useLive();
  const now = useNow();
  const left = Math.max(0, (status.retryAt ?? 0) - now);
  const [sign, text] = {
    live: ["●", "Live"], connecting: ["◌", "Connecting"], off: ["○", "Not listening"], interrupted: ["▲", "Stream interrupted"],
  }[status.state];
  return html`<div class=${`stream ${status.state}`} title=${status.why ?? ""}><span aria-hidden="true">${sign} </span><span role="status">${text}</span>${status.state === "interrupted"
    && html`<span class="detail">: polling; next try ${left > 1000 ? `in ${span(left)}` : "now"} <button class="quiet" onClick=${() => live.hurry()}>Try now</button></span>`}</div>`;
}

function Changes() {
  const may = useMayChange();
  return html`<label class=${may ? "switch on" : "switch"}><input type="checkbox" role="switch" checked=${may} onChange=${(event) => allowChanges(event.target.checked)} />Allow changes</label>`;
}

function Theme() {
  const theme = useTheme();
  return html`<button class="quiet" onClick=${toggleTheme} aria-label=${theme === "dark" ? "Use the light theme" : "Use the dark theme"} title=${theme === "dark" ? "Light" : "Dark"}><span aria-hidden="true">${theme === "dark" ? "☀" : "☾"}</span></button>`;
}

function KeyForm() {
  const [what, set] = useState(wanted.get());
  const [text, type] = useState("");
  useEffect(() => { set(wanted.get()); return wanted.subscribe(set); }, []);
  if (what === null) return null;
  const give = (event) => { event.preventDefault(); useKey(text.trim()); type(""); };
  return html`<section class="panel key" role="alert" aria-label="Access">${what === "signin"
    ? html`<p>This app asks you to sign in. <button class="main" onClick=${() => location.reload()}>Sign in</button></p>`
    : html`<form onSubmit=${give}><label>Function key<input type="password" required autocomplete="off" value=${text} onInput=${(event) => type(event.target.value)} /></label>
      <button class="main">Use it in this tab</button><p class="muted">It is kept for this tab alone, and sent to this app in a header.</p></form>`}</section>`;
}

listenWhileSeen();
const place = document.getElementById("console");
place.replaceChildren();
render(html`<${Console} />`, place);
