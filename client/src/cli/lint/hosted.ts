import { createHash } from 'node:crypto';
import type { Severity } from '../../../../server/src/protocol.ts';
import { allFindings, type LintReport, pageOf } from './report.ts';

const gitlabSeverity: Readonly<Record<Severity, string>> = { error: 'major', warning: 'minor', info: 'info', hint: 'info' };

/** GitLab's code quality report. A fingerprint stays the same when lines above change. */
export function lintGitlab(report: LintReport): string {
  const seen = new Map<string, number>();
  const entries = allFindings(report).map(({ file, finding }) => {
    const { rule, message, severity, range } = finding;
    const line = file.text.split('\n')[range.start.line]?.trim() ?? '';
    const key = [file.path, rule, message, line].join('\0');
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    return {
      description: message,
      check_name: rule,
      fingerprint: createHash('sha256').update(`${key}\0${count}`).digest('hex'),
      severity: gitlabSeverity[severity],
      location: {
        path: file.path,
        lines: { begin: range.start.line + 1, end: range.end.line + 1 },
      },
      content: { body: pageOf(report, rule) },
    };
  });
  return JSON.stringify(entries, undefined, 2);
}

const githubCommand: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice', hint: 'notice' };

/** Workflow commands that GitHub turns into annotations of the changed lines; empty without findings. */
export function lintGithub(report: LintReport): string {
  return allFindings(report)
    .map(({ file, finding: { range, severity, message, rule } }) => {
      const { start, end } = range;
      // Columns are taken only within one line.
      const columns = start.line === end.line ? [`col=${start.character + 1}`, `endColumn=${end.character + 1}`] : [];
      const properties = [
        `file=${property(file.path)}`,
        `line=${start.line + 1}`,
        `endLine=${end.line + 1}`,
        ...columns,
        `title=${property(rule)}`,
      ];
      return `::${githubCommand[severity]} ${properties.join(',')}::${data(message)}`;
    })
    .join('\n');
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
