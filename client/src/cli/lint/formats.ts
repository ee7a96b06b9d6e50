import { lintGithub, lintGitlab } from './hosted.ts';
import { lintJson } from './json.ts';
import type { LintReport } from './report.ts';
import { lintSarif } from './sarif.ts';
import { lintText } from './text.ts';
import { lintCheckstyle, lintJunit } from './xml.ts';

const formats: Readonly<Record<string, (report: LintReport) => string>> = {
  text: lintText,
  json: lintJson,
  sarif: lintSarif,
  checkstyle: lintCheckstyle,
  junit: lintJunit,
  gitlab: lintGitlab,
  github: lintGithub,
};

/** The findings in a format: one of `formatNames`. */
export function formatReport(format: string, report: LintReport): string {
  return (formats[format] ?? lintText)(report);
}
