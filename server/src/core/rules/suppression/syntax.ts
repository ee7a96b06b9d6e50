import type { DockerfileRule } from '../context.ts';

/** A comment that is written for a linter and that no linter understands. */
export const rule: DockerfileRule = {
  summary: 'Comments for linters (`# waybill …`, `# hadolint …`, `# check=…`) are written so that they count.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  needs: ['pragma'],
  check: ({ pragmas, range }) =>
    pragmas.problems.map((problem) => ({
      range: range(problem),
      message: problem.message,
      fixes:
        problem.replacement === undefined
          ? []
          : [
              {
                title: `Change to \`${problem.replacement}\``,
                edits: [{ range: range(problem), text: problem.replacement }],
                preview: true,
              },
            ],
    })),
};
