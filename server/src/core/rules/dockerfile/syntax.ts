import { syntaxCodes, syntaxProblems } from '../../dockerfile/syntax.ts';
import type { DockerfileRule } from '../context.ts';
import { replacement } from '../edits.ts';

/** The file is a Dockerfile that BuildKit accepts. */
export const rule: DockerfileRule = {
  summary: 'The file is written in the grammar of Dockerfiles.',
  severity: 'error',
  aliases: ['DL3043', 'DL3061', ...syntaxCodes],
  fixable: true,
  check: (context) =>
    syntaxProblems(context.file).map((problem) => ({
      range: context.range(problem),
      message: problem.message,
      severity: problem.severity,
      aliases: problem.aliases,
      // A word that is only being typed must not change under the hands.
      fixes: problem.meant ? [replacement(context, problem, problem.meant, `Change to \`${problem.meant}\``, true)] : [],
    })),
};
