import type { Finding } from '../../../../server/src/core/rules/rule.ts';
import type { Severity } from '../../../../server/src/protocol.ts';

/** The findings of one file, in its order. */
export interface LintedFile {
  /** As it is shown: relative to the working directory with `/`, absolute when outside it. */
  readonly path: string;
  readonly text: string;
  readonly findings: readonly Finding[];
}

/** What a format makes its text from. */
export interface LintReport {
  readonly files: readonly LintedFile[];
  /** Address of the folder of the rules' pages, with a slash at its end. */
  readonly pages: string;
  readonly version: string;
  /** Absolute. */
  readonly directory: string;
  readonly colour: boolean;
}

/** Every finding with its file, in order. */
export function allFindings({ files }: LintReport): readonly { readonly file: LintedFile; readonly finding: Finding }[] {
  return files.flatMap((file) => file.findings.map((finding) => ({ file, finding })));
}

/** Severities, quietest first. */
export const severities: readonly Severity[] = ['hint', 'info', 'warning', 'error'];

/** The page of a rule. */
export function pageOf({ pages }: LintReport, rule: string): string {
  const [, code] = /^shellcheck\/(SC\d+)$/.exec(rule) ?? [];
  return code ? `https://www.shellcheck.net/wiki/${code}` : `${pages}${rule}.md`;
}
