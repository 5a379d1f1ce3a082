// Analyzes every query of a folder by the language service that the Azure portal uses, over the columns of the workspace's tables that they
// may read. Writes one JSON document: per query its complaints and the columns of its result.
//
//   node analyze.mjs ../../../infra/kql
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { runInThisContext } from 'node:vm';

const folder = process.argv[2];
const service = dirname(createRequire(import.meta.url).resolve('@kusto/language-service-next/package.json'));
for (const file of ['bridge.min.js', 'Kusto.Language.Bridge.min.js']) runInThisContext(readFileSync(join(service, file), 'utf8'), file);
const { GlobalState, KustoCode, Symbols } = globalThis.Kusto.Language;

// https://learn.microsoft.com/azure/azure-monitor/reference/tables/appmetrics and apptraces; without what no query needs.
const tables = {
  AppMetrics: '(TimeGenerated: datetime, Name: string, ItemCount: int, Sum: real, Min: real, Max: real, Properties: dynamic, AppRoleName: string, AppRoleInstance: string)',
  AppTraces: '(TimeGenerated: datetime, Message: string, SeverityLevel: int, ItemCount: int, Properties: dynamic, OperationId: string, ParentId: string, AppRoleName: string, AppRoleInstance: string)',
};
const symbols = Object.entries(tables).map(([name, schema]) => new Symbols.TableSymbol.$ctor7(name, schema, null));
const globals = GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.ctor('workspace', symbols));

const list = items => Array.from({ length: items?.Count ?? 0 }, (_, i) => items.getItem(i));

function analyze(text) {
  const code = KustoCode.ParseAndAnalyze(text, globals);
  return {
    complaints: list(code.GetDiagnostics()).map(d => `${d.Code} ${d.Message} At: ${text.slice(d.Start, d.Start + d.Length)}`),
    columns: Object.fromEntries(list(code.ResultType?.Columns).map(column => [column.Name, column.Type.Name])),
  };
}

const files = readdirSync(folder).filter(name => name.endsWith('.kql'));
console.log(JSON.stringify(Object.fromEntries(files.map(file => [basename(file, '.kql'), analyze(readFileSync(join(folder, file), 'utf8'))]))));
