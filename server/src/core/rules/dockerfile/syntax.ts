import { syntaxCodes, syntaxProblems } from '../../dockerfile/syntax.ts';
import type { DockerfileRule } from '../context.ts';

/** The file is a Dockerfile that BuildKit accepts. */
export const rule: DockerfileRule = {
  summary: 'The file is written in the grammar of Dockerfiles.',
  severity: 'error',
  aliases: ['DL3043', 'DL3061', ...syntaxCodes],
  fixable: false,
  check: ({ file, range }) =>
    syntaxProblems(file).map((problem) => ({
      range: range(problem),
      message: problem.message,
      severity: problem.severity,
      aliases: problem.aliases,
    })),
};
