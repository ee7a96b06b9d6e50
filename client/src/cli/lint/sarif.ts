import { pathToFileURL } from 'node:url';
import { everyRule } from '../../../../server/src/core/features/ruleNames.ts';
import type { Finding, Fix } from '../../../../server/src/core/rules/rule.ts';
import type { Range, Severity } from '../../../../server/src/protocol.ts';
import { allFindings, type LintedFile, type LintReport, pageOf } from './report.ts';

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note', hint: 'note' };

/** SARIF 2.1.0 (OASIS): one run with its rules, regions and fixes. Columns count UTF-16 code units. */
export function lintSarif(report: LintReport): string {
  const found = allFindings(report);
  const ids = [...new Set(found.map(({ finding }) => finding.rule))].sort();
  const run = {
    tool: { driver: { name: 'Waybill', version: report.version, rules: ids.map((id) => descriptor(report, id)) } },
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: { ROOT: { uri: `${pathToFileURL(report.directory).href.replace(/\/$/, '')}/` } },
    artifacts: report.files.map((file) => ({ location: location(file) })),
    results: found.map(({ file, finding }) => result(file, finding, ids)),
  };
  return JSON.stringify({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] }, undefined, 2);
}

function descriptor(report: LintReport, id: string): Record<string, unknown> {
  const rule = everyRule[id];
  return {
    id,
    shortDescription: { text: plain(rule?.summary ?? id) },
    helpUri: pageOf(report, id),
    defaultConfiguration: { level: levels[rule?.severity ?? 'warning'], enabled: rule?.optIn !== true },
    properties: { tags: [id.split('/')[0], ...(rule?.aliases ?? [])] },
  };
}

function result(file: LintedFile, finding: Finding, ids: readonly string[]): Record<string, unknown> {
  const { rule, severity, message, range, related, fixes } = finding;
  return {
    ruleId: rule,
    ruleIndex: ids.indexOf(rule),
    level: levels[severity],
    message: { text: plain(message) },
    locations: [{ physicalLocation: { artifactLocation: location(file), region: region(range) } }],
    ...(related?.length
      ? {
          relatedLocations: related.map((other, i) => ({
            id: i + 1,
            message: { text: plain(other.message) },
            physicalLocation: { artifactLocation: { uri: other.location.uri }, region: region(other.location.range) },
          })),
        }
      : {}),
    ...(fixes.length > 0 ? { fixes: fixes.map((fix) => fixOf(file, fix)) } : {}),
    properties: { severity, aliases: finding.aliases },
  };
}

function fixOf(file: LintedFile, { title, edits }: Fix): Record<string, unknown> {
  const replacements = edits.map(({ range, text }) => ({ deletedRegion: region(range), insertedContent: { text } }));
  return { description: { text: plain(title) }, artifactChanges: [{ artifactLocation: location(file), replacements }] };
}

function location({ path }: LintedFile): Record<string, unknown> {
  if (/^(?:\/|[a-z]:\/)/i.test(path)) return { uri: pathToFileURL(path).href };
  return { uri: path.split('/').map(encodeURIComponent).join('/'), uriBaseId: 'ROOT' };
}

function region({ start, end }: Range): Record<string, number> {
  return { startLine: start.line + 1, startColumn: start.character + 1, endLine: end.line + 1, endColumn: end.character + 1 };
}

/** Messages are Markdown with code in backticks; where only plain text is shown they are quotes. */
function plain(text: string): string {
  return text.replaceAll('`', "'");
}
