#!/usr/bin/env node
// Carries registrations and what is kept of app sessions from one installation of Lifecycle to another (docs/operations.md). Node.js 20.3 or newer, nothing
// else. It may be played again at any time, also after it was broken off: what is there already is left alone.
//
//   node eng/carry-over.mjs copy   --from URL --to URL [--minutes 60]     every page of the one, imported at the other
//   node eng/carry-over.mjs export --from URL --folder DIR                 the pages as files
//   node eng/carry-over.mjs import --folder DIR --to URL [--minutes 60]    and from there
//   node eng/carry-over.mjs states --from URL                              how many sessions are in which state
//
// Function keys come in the environment, LIFECYCLE_FROM_KEY and LIFECYCLE_TO_KEY; a local host asks for none.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const needs = { copy: ['from', 'to'], export: ['from', 'folder'], import: ['folder', 'to'], states: ['from'] };
const usage = 'usage: node eng/carry-over.mjs copy|export|import|states [--from URL] [--to URL] [--folder DIR] [--minutes 1..1440]';
const tries = 5;
const limitMs = 120_000;

class Refused extends Error {}
class Unclear extends Error {}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function read(args) {
  const option = { type: 'string' };
  try {
    const { values, positionals: [verb, ...more] } = parseArgs({ args, allowPositionals: true, options: { from: option, to: option, folder: option, minutes: option } });
    const minutes = Number(values.minutes ?? 60);
    const isWhole = more.length === 0 && Object.hasOwn(needs, verb) && needs[verb].every((name) => values[name]);
    if (!isWhole || !(minutes >= 1 && minutes <= 1440)) throw new Error('something is missing, too much, or out of its range');
    for (const name of ['from', 'to']) if (values[name]) new URL(values[name]);
    return { ...values, verb, minutes };
  } catch (error) {
    throw new Unclear(error.message);
  }
}

// The host may be starting, or its engine behind: a few tries, further and further apart.
async function call(base, key, path, body) {
  for (let tried = 1; ; tried++) {
    let failed, waitMs;
    try {
      const headers = { ...(key ? { 'x-functions-key': key } : {}), ...(body ? { 'content-type': 'application/json' } : {}) };
      const answer = await fetch(base.replace(/\/(api\/?)?$/, '') + path, { method: body ? 'POST' : 'GET', headers, body, signal: AbortSignal.timeout(limitMs) });
      const text = await answer.text();
      if (answer.ok) return JSON.parse(text);
      failed = new Refused(`${path.split('?')[0]} answers ${answer.status}: ${text.slice(0, 600)}`);
      if (answer.status < 500 && answer.status !== 429) throw failed;
      waitMs = Number(answer.headers.get('retry-after')) * 1000;
    } catch (error) {
      if (error === failed) throw error;
      failed = new Error(`${base} does not answer: ${error.cause?.message ?? error.message}`);
    }
    if (tried === tries) throw failed;
    await sleep(Math.min(30_000, waitMs || 500 * 2 ** tried));
  }
}

async function* exported(from) {
  for (let cursor = ''; cursor !== undefined; ) {
    const page = await call(from, process.env.LIFECYCLE_FROM_KEY, `/api/export?cursor=${cursor}`);
    yield page;
    cursor = page.cursor;
  }
}

async function* stored(folder) {
  const files = (await readdir(folder)).filter((name) => /^page-\d+\.json$/.test(name)).sort();
  if (files.length === 0) throw new Error(`there is no page in ${folder}: export first`);
  if (!(await readdir(folder)).includes('complete')) throw new Error(`the export to ${folder} was broken off: play it again`);
  for (const name of files) yield JSON.parse(await readFile(join(folder, name), 'utf8'));
}

async function importTo(to, minutes, pages) {
  const until = new Date(Date.now() + minutes * 60_000).toISOString();
  const total = { apps: 0, sessions: 0, left: [] };
  for await (const page of pages) {
    const answer = await call(to, process.env.LIFECYCLE_TO_KEY, '/api/import', JSON.stringify({ ...page, until }));
    total.apps += answer.apps;
    total.sessions += answer.sessions;
    total.left.push(...answer.left);
  }
  return total;
}

// What is here, or attached here, needs nobody. What is left for another reason does.
function report({ apps, sessions, left }, say) {
  say(`taken: ${apps} registrations, ${sessions} sessions`);
  const byReason = new Map();
  for (const one of left) (byReason.get(one.reason) ?? byReason.set(one.reason, []).get(one.reason)).push(one);
  for (const [reason, all] of byReason) {
    const isWell = reason === 'already_here' || reason === 'attached_here';
    say(`left alone, ${reason}: ${all.length}${isWell ? '' : ` (${all.slice(0, 10).map((one) => one.name).join(', ')})`}`);
  }
  return [...byReason.keys()].every((reason) => reason === 'already_here' || reason === 'attached_here') ? 0 : 1;
}

async function exportTo(from, folder, say) {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length > 0) throw new Error(`${folder} is not empty: name a folder of its own for each export`);
  let pages = 0;
  for await (const page of exported(from)) {
    await writeFile(join(folder, `page-${String(++pages).padStart(6, '0')}.json`), JSON.stringify(page), { mode: 0o600 });
  }
  await writeFile(join(folder, 'complete'), `${pages}\n`, { mode: 0o600 });
  say(`${pages} pages in ${folder}`);
  return 0;
}

async function states(from, say) {
  const counts = new Map();
  for await (const page of exported(from)) {
    for (const { cargo } of page.sessions) counts.set(cargo.state, (counts.get(cargo.state) ?? 0) + 1);
  }
  say(counts.size === 0 ? 'no sessions' : [...counts].sort().map(([state, count]) => `${state} ${count}`).join(', '));
  return 0;
}

async function main(args, say) {
  const { verb, from, to, folder, minutes } = read(args);
  switch (verb) {
    case 'copy': return report(await importTo(to, minutes, exported(from)), say);
    case 'export': return exportTo(from, folder, say);
    case 'import': return report(await importTo(to, minutes, stored(folder)), say);
    default: return states(from, say);
  }
}

try {
  process.exitCode = await main(process.argv.slice(2), (line) => console.log(line));
} catch (error) {
  console.error(error instanceof Unclear ? `${error.message}\n${usage}` : error.message);
  process.exitCode = 2;
}
