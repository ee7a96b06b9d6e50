import type { Severity } from '../../../../server/src/protocol.ts';
import { type CliCommand, exit } from '../command.ts';
import type { LintedFile } from '../lintFindings.ts';

const order: readonly string[] = ['hint', 'info', 'warning', 'error'];

export const lint: CliCommand = {
  name: 'lint',
  summary: 'judge Dockerfiles, manifests and standards',
  operands: '[path…]',
  count: { least: 0, most: Number.POSITIVE_INFINITY },
  about:
    'Reports what the standards of the workspace say of its Dockerfiles, `waybill.yaml`, `waybill.standards.yaml` and `waybill.environments.yaml` files. Paths are files or folders; without any, everything below the current folder is judged. A file is always judged in the light of the workspace it lies in. Nothing is connected to.',
  options: {
    'fail-on': {
      type: 'string',
      value: '<severity>',
      choices: ['error', 'warning', 'info', 'hint', 'never'],
      help: 'the least severity that makes the exit code 1; default: warning',
    },
  },
  examples: [
    { command: 'waybill lint', means: 'everything below the current folder' },
    { command: 'waybill lint services/order-api --fail-on error', means: 'one service; warnings do not fail' },
    { command: 'waybill lint --format json | jq ".findings[].rule"', means: 'for programs: one JSON object with every finding' },
  ],
  async run({ arguments: args, output, directory, pages }) {
    const { lintPaths } = await import('../lintFindings.ts');
    const files = lintPaths({ directory, paths: args.operands, workspace: args.text('workspace'), today: new Date() });
    if (output.json) output.event(lintJson(files, pages()));
    else output.line((await import('../lintText.ts')).lintText(files, output.colour));
    const threshold = args.text('fail-on') ?? 'warning';
    const fails = (severity: Severity) => threshold !== 'never' && order.indexOf(severity) >= order.indexOf(threshold);
    return files.some((file) => file.findings.some(({ severity }) => fails(severity))) ? exit.findings : exit.fine;
  },
};

/** The one object of `--format json`: positions as in LSP, sorted by file, then position. */
function lintJson(files: readonly LintedFile[], pages: string): Record<string, unknown> {
  const findings = files.flatMap(({ path, findings }) =>
    findings.map(({ rule, aliases, severity, message, range, fixes }) => ({
      file: path,
      rule,
      aliases,
      severity,
      message,
      range: { start: range.start, end: range.end },
      fix: fixes.length > 0,
      help: `${pages}${rule}.md`,
    })),
  );
  return { version: 1, files: files.length, findings };
}
