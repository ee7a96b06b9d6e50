import { type LintReport, pageOf } from './report.ts';

/** The one object of `--format json`: positions as in LSP, sorted by file, then position. */
export function lintJson(report: LintReport): string {
  const findings = report.files.flatMap(({ path, findings }) =>
    findings.map(({ rule, aliases, severity, message, range, fixes }) => ({
      file: path,
      rule,
      aliases,
      severity,
      message,
      range: { start: range.start, end: range.end },
      fix: fixes.length > 0,
      help: pageOf(report, rule),
    })),
  );
  return JSON.stringify({ version: 1, files: report.files.length, findings });
}
