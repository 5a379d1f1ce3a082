// Does src/ compile against the official packages, where the package source lacks them? Their public API is listed in
// ../shared/official-api; this turns the listings into an assembly without code and builds src/Functions on it
// (FunctionsSdk=Listings). Members whose types come from other packages cannot be compiled here and are left out. What no listing
// shows (annotations, analyzers, generators, and how all of it runs) is for tests/Conformance, on the packages that can be had.
//
//   node eng/listings/check.mjs ../shared/official-api
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const listings = resolve(process.argv[2] ?? join(root, '../shared/official-api'));
const source = join(root, 'artifacts/listings/Stubs.cs');

/** Type name -> { signature, members } as the listings have them: "namespace.type | kind | signature" a line. */
function read() {
  const types = new Map();
  for (const file of readdirSync(listings).filter(name => name.endsWith('.txt')).sort()) {
    for (const line of readFileSync(join(listings, file), 'utf8').split('\n')) {
      if (line === '' || line.startsWith('#')) continue;
      const [full, kind, ...rest] = line.split(' | ');
      const type = types.get(full) ?? types.set(full, { signature: null, members: [] }).get(full);
      if (kind === 'T') type.signature = withoutAttributes(rest.join(' | '));
      else type.members.push([kind, withoutAttributes(rest.join(' | '))]);
    }
  }
  return new Map([...types].filter(([, type]) => type.signature !== null));
}

function withoutAttributes(text) {
  while (text.startsWith('[')) {
    let depth = 0, i = 0;
    do { depth += text[i] === '[' ? 1 : text[i] === ']' ? -1 : 0; i++; } while (depth > 0);
    text = text.slice(i).trimStart();
  }
  return text;
}

const kindOf = signature => /\b(class|record|struct|interface|enum)\b/.exec(signature)?.[1] ?? 'delegate';

function nameOf(full, signature) {
  const match = /(?:class|struct|interface|record|enum) ([\w.<>, ]+?)(?: :| where|$)/.exec(signature) ?? /(\S+)\(/.exec(signature);
  const name = match[1].trim();
  return { namespace: full.slice(0, -name.length - 1), name };
}

function render(types) {
  const nested = new Map();
  const top = [];
  for (const [full, type] of types) {
    const { namespace, name } = nameOf(full, type.signature);
    const dot = name.split('<')[0].lastIndexOf('.');
    if (dot < 0) top.push([full, namespace, name]);
    else nested.set(`${namespace}.${name.slice(0, dot)}`, [...(nested.get(`${namespace}.${name.slice(0, dot)}`) ?? []), [full, name.slice(dot + 1)]]);
  }
  const lines = [header];
  for (const [full, namespace, name] of top) lines.push(`namespace ${namespace} {`, ...typeLines(types, nested, full, name), '}');
  return lines.join('\n').split('\n');
}

function typeLines(types, nested, full, name) {
  const { signature, members } = types.get(full);
  const kind = kindOf(signature);
  if (kind === 'delegate') return [signature.replace('public ', 'public delegate ') + ';'];
  const simple = name.split('<')[0];
  const plain = signature.replace(' record ', ' class ').replace(new RegExp(`((?:class|struct|interface|enum) )[\\w.]*\\.(${simple})\\b`), '$1$2');
  const [head, tail = ''] = plain.split(/ : (.*)/s);
  const [bases, where] = tail.split(/ where (.*)/s);
  const kept = bases.split(/, (?![^<]*>)/).filter(base => base && !base.startsWith('IEquatable') && kind !== 'enum');
  return [
    head + (kept.length > 0 ? ` : ${kept.join(', ')}` : '') + (where ? ` where ${where}` : ''),
    '{',
    ...baseConstructor(simple, plain, members),
    ...members.map(([what, text]) => memberLine(what, text.replaceAll(' event)', ' @event)').replaceAll(' event,', ' @event,'), kind)).filter(line => line !== null),
    ...(nested.get(full) ?? []).flatMap(([inner, innerName]) => typeLines(types, nested, inner, innerName)),
    '}',
  ];
}

/** A constructor without parameters that src/ cannot see: what derives from the type calls one, and says only which it has itself. */
function baseConstructor(name, signature, members) {
  const isClass = /\bclass\b/.test(signature) && !/\bstatic\b/.test(signature);
  return isClass && !members.some(([what, text]) => what === 'C' && text.endsWith('()')) ? [`internal ${name}() => throw null!;`] : [];
}

const compilerMade = ['op_', 'EqualityContract', 'PrintMembers', ' Deconstruct(', 'GetHashCode()', 'ToString()', ' Equals('];

function memberLine(what, text, kind) {
  const inInterface = kind === 'interface';
  switch (what) {
    case 'F': return kind === 'enum' ? `${text},` : text.includes(' const ') ? `${text};` : `${text.replace(' readonly', '')} = default!;`;
    case 'C': return `${text} => throw null!;`;
    case 'P': {
      const [, head, accessors] = /^(.*?) \{ (.*) \}$/.exec(text);
      if (inInterface) return `${head.replace(/^public /, '')} { ${accessors} }`;
      return head.includes('abstract ') ? text : `${head} { ${accessors.replace(/\b(get|set|init);/g, '$1 => throw null!;')} }`;
    }
    case 'M': {
      // Two packages have a type of this name, and only one of them is listed: the other one is Azure.Core's.
      text = text.replace('AsyncPageable<SignalRGroupMember>', 'global::Azure.AsyncPageable<SignalRGroupMember>');
      const cast = /^public static (\S+) op_Implicit\((.*)\)$/.exec(text);
      if (cast) return `public static implicit operator ${cast[1]}(${cast[2]}) => throw null!;`;
      if (compilerMade.some(part => text.includes(part))) return null;
      if (text.includes('abstract ')) return `${text};`;
      return inInterface ? `${text.replace(/^public /, '')};` : `${text} => throw null!;`;
    }
    default: return null;
  }
}

/** Builds; gives the numbers of the lines in the made source that do not compile. */
function build(project) {
  try {
    execFileSync('dotnet', ['build', project, '-v', 'q', '-nologo', '-clp:NoSummary', '-p:FunctionsSdk=Listings'], { cwd: root, encoding: 'utf8', stdio: 'pipe' });
    return { output: '', lines: [] };
  } catch (failed) {
    const output = failed.stdout + failed.stderr;
    return { output, lines: [...new Set([...output.matchAll(/Stubs\.cs\((\d+),/g)].map(match => Number(match[1])))] };
  }
}

/** Leaves out what needs other packages: a member whole, of a type the bases it cannot have. */
function leaveOut(lines, broken) {
  for (const number of broken) {
    const line = lines[number - 1];
    if (/[;},]$/.test(line) && line !== '}') lines[number - 1] = '';
    else if (line.includes(' : ')) lines[number - 1] = line.replace(/ : .*?( where .*)?$/, (_, where) => (line.includes('IFunctionsWorkerApplicationBuilder,') ? ' : IFunctionsWorkerApplicationBuilder' : '') + (where ?? ''));
    else lines[number - 1] = line.replace(/ where .*/, '');
  }
}

const header = `#nullable enable
using System; using System.Collections.Generic; using System.Collections.Immutable; using System.IO; using System.Net; using System.Net.Http;
using System.Security.Claims; using System.Text; using System.Text.Json; using System.Threading; using System.Threading.Tasks;
using Microsoft.AspNetCore.Http; using Microsoft.AspNetCore.SignalR; using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Configuration; using Microsoft.Extensions.DependencyInjection; using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting; using Microsoft.Extensions.Logging; using Microsoft.Extensions.Options; using Microsoft.Extensions.Primitives;
using Microsoft.DurableTask; using Microsoft.DurableTask.Client; using Microsoft.DurableTask.Client.Entities; using Microsoft.DurableTask.Converters;
using Microsoft.DurableTask.Entities; using Microsoft.DurableTask.Internal; using Microsoft.DurableTask.Worker; using Microsoft.Azure.SignalR.Management;
using Microsoft.Azure.Functions.Worker; using Microsoft.Azure.Functions.Worker.Builder; using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.Functions.Worker.Core; using Microsoft.Azure.Functions.Worker.Extensions.Abstractions; using Microsoft.Azure.Functions.Worker.Http;
using OpenTelemetry; using OpenTelemetry.Resources; using Microsoft.Azure.Functions.Worker.Invocation; using Microsoft.Azure.Functions.Worker.Middleware; using Microsoft.Azure.Functions.Worker.SignalRService;`;

/** Builds src/ on the listed packages; answers what failed, or ''. */
function check() {
  const lines = render(read());
  let left = 0;
  for (let round = 0; ; round++) {
    writeFileSync(source, lines.join('\n') + '\n');
    const { output, lines: broken } = build('eng/listings/OfficialListings.csproj');
    if (output === '') break;
    if (broken.length === 0 || round === 20) return output;
    left += broken.length;
    leaveOut(lines, broken);
  }

  console.log(`${lines.length} lines of listings, ${left} left out`);
  return build('src/Functions/Functions.csproj').output;
}

mkdirSync(dirname(source), { recursive: true });
const failed = check();
if (failed) console.error(failed);
process.exitCode = failed ? 1 : 0;
