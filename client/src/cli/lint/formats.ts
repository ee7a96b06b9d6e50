import { lintJson } from './json.ts';
import type { LintReport } from './report.ts';
import { lintText } from './text.ts';

/** The findings in a format. Formats for build servers are loaded when they are asked for: every start pays for what is loaded. */
export async function formatReport(format: string, report: LintReport): Promise<string> {
  if (format === 'json') return lintJson(report);
  return format === 'text' ? lintText(report) : (await import('./hostedFormats.ts')).hostedReport(format, report);
}
