import { lintJson } from './json.ts';
import type { LintReport } from './report.ts';
import { lintText } from './text.ts';

/** The findings in a format. Formats for build servers are loaded when they are asked for: every start pays for what is loaded. */
export async function formatReport(format: string, report: LintReport): Promise<string> {
  switch (format) {
    case 'json':
      return lintJson(report);
    case 'sarif':
      return (await import('./sarif.ts')).lintSarif(report);
    case 'checkstyle':
      return (await import('./xml.ts')).lintCheckstyle(report);
    case 'junit':
      return (await import('./xml.ts')).lintJunit(report);
    case 'gitlab':
      return (await import('./hosted.ts')).lintGitlab(report);
    case 'github':
      return (await import('./hosted.ts')).lintGithub(report);
    default:
      return lintText(report);
  }
}
