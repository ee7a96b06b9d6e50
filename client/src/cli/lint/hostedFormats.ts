import { lintGithub, lintGitlab } from './hosted.ts';
import type { LintReport } from './report.ts';
import { lintSarif } from './sarif.ts';
import { lintCheckstyle, lintJunit } from './xml.ts';

const formats: Readonly<Record<string, (report: LintReport) => string>> = {
  sarif: lintSarif,
  checkstyle: lintCheckstyle,
  junit: lintJunit,
  gitlab: lintGitlab,
  github: lintGithub,
};

/** The findings in a format that a build server reads; empty for one that is not known. */
export function hostedReport(format: string, report: LintReport): string {
  return formats[format]?.(report) ?? '';
}
