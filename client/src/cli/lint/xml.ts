import type { Severity } from '../../../../server/src/protocol.ts';
import { allFindings, type LintReport } from './report.ts';

const checkstyleSeverity: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'info', hint: 'info' };

/** Checkstyle's report format 4.3: what most build servers read. */
export function lintCheckstyle({ files }: LintReport): string {
  const lines = files
    .filter(({ findings }) => findings.length > 0)
    .flatMap(({ path, findings }) => [
      `  <file name="${escapeXml(path)}">`,
      ...findings.map(({ range, severity, message, rule }) => {
        const place = `line="${range.start.line + 1}" column="${range.start.character + 1}"`;
        return `    <error ${place} severity="${checkstyleSeverity[severity]}" message="${escapeXml(message)}" source="waybill.${escapeXml(rule)}"/>`;
      }),
      '  </file>',
    ]);
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<checkstyle version="4.3">', ...lines, '</checkstyle>'].join('\n');
}

/** JUnit's report: a suite per file, a failing case per finding, a passing one for a file without findings. */
export function lintJunit(report: LintReport): string {
  const total = allFindings(report).length;
  const tests = report.files.reduce((sum, { findings }) => sum + Math.max(1, findings.length), 0);
  const suites = report.files.flatMap(({ path, findings }) => [
    `  <testsuite name="${escapeXml(path)}" tests="${Math.max(1, findings.length)}" failures="${findings.length}" errors="0">`,
    ...(findings.length === 0 ? [`    <testcase classname="${escapeXml(path)}" name="no findings"/>`] : []),
    ...findings.flatMap(({ range, severity, message, rule }) => {
      const place = `${range.start.line + 1}:${range.start.character + 1}`;
      return [
        `    <testcase classname="${escapeXml(path)}" name="${escapeXml(rule)} at ${place}">`,
        `      <failure type="${severity}" message="${escapeXml(message)}">${escapeXml(`${path}:${place} ${severity} ${message} (${rule})`)}</failure>`,
        '    </testcase>',
      ];
    }),
    '  </testsuite>',
  ]);
  const head = `<testsuites name="waybill lint" tests="${tests}" failures="${total}" errors="0">`;
  return ['<?xml version="1.0" encoding="UTF-8"?>', head, ...suites, '</testsuites>'].join('\n');
}

/** Text as XML 1.0 takes it: markup escaped, characters that it forbids replaced. */
function escapeXml(text: string): string {
  const named: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&apos;',
    '\n': '&#10;',
    '\t': '&#9;',
    '\r': '&#13;',
  };
  // Lone halves of surrogate pairs and most control characters cannot be written in XML 1.0.
  return text
    .replace(/[\ud800-\udfff]|[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/gu, '\ufffd')
    .replace(/[&<>"'\n\t\r]/g, (char) => named[char] ?? char);
}
