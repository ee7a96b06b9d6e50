import type { Finding } from '../../../../server/src/core/rules/rule.ts';
import type { Severity } from '../../../../server/src/protocol.ts';
import { type Colour, paint } from '../output.ts';
import type { LintedFile, LintReport } from './report.ts';

const colours: Readonly<Record<Severity, Colour>> = { error: 'red', warning: 'yellow', info: 'blue', hint: 'dim' };

/** Findings for people: place, severity, rule, message, and the line with a caret under the words meant. */
export function lintText({ files, colour }: LintReport): string {
  const blocks = files.flatMap((file) => {
    const lines = withoutSecrets(file);
    return file.findings.map((finding) => findingText(file.path, finding, lines, colour));
  });
  return [...blocks, summary(files, colour)].join('\n\n');
}

/** The lines of a file; what was found to be a secret is not repeated in a build log. */
function withoutSecrets({ text, findings }: LintedFile): readonly string[] {
  const lines = text.split(/\r\n|\n|\r/);
  for (const { rule, range } of findings) {
    const { start, end } = range;
    const line = lines[start.line];
    if (!rule.startsWith('secret/') || line === undefined) continue;
    const last = end.line === start.line ? end.character : line.length;
    lines[start.line] = line.slice(0, start.character) + '*'.repeat(Math.max(0, last - start.character)) + line.slice(last);
  }
  return lines;
}

function findingText(path: string, { range, severity, rule, message, fixes }: Finding, lines: readonly string[], colour: boolean): string {
  const { line, character } = range.start;
  const head = `${paint(colour, 'bold', `${path}:${line + 1}:${character + 1}`)} ${paint(colour, colours[severity], severity)} ${message}`;
  const tail = paint(colour, 'dim', ` ${rule}${fixes.length > 0 ? ' (fixable)' : ''}`);
  const source = lines[line];
  return source === undefined ? head + tail : `${head}${tail}\n${excerpt(source, line, range, colour)}`;
}

/** The source line and a mark under the range; tabs stay tabs, so that the mark stands right whatever their width. */
function excerpt(source: string, line: number, { start, end }: Finding['range'], colour: boolean): string {
  const number = String(line + 1).padStart(5);
  const last = end.line === start.line ? end.character : source.trimEnd().length;
  const blank = source.slice(0, start.character).replace(/[^\t]/gu, ' ');
  const marked = Math.max(1, [...source.slice(start.character, Math.max(start.character, last))].length);
  const mark = `^${'~'.repeat(marked - 1)}`;
  return `${paint(colour, 'dim', `${number} |`)} ${source}\n${paint(colour, 'dim', '      |')} ${blank}${paint(colour, 'red', mark)}`;
}

function summary(files: readonly LintedFile[], colour: boolean): string {
  const count = (severity: Severity) =>
    files.reduce((sum, file) => sum + file.findings.filter((finding) => finding.severity === severity).length, 0);
  const number = (amount: number, word: string) => `${amount} ${word}${amount === 1 ? '' : 's'}`;
  const parts = (['error', 'warning', 'info', 'hint'] as const).flatMap((severity) => {
    const amount = count(severity);
    return amount > 0 ? [paint(colour, colours[severity], number(amount, severity))] : [];
  });
  return `${number(files.length, 'file')}: ${parts.length > 0 ? parts.join(', ') : paint(colour, 'green', 'no findings')}`;
}
