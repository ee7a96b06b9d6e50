import { templateOf } from '../../dockerfile/template.ts';
import type { DockerfileRule } from '../context.ts';

/** What a generator fills in cannot be judged before; that is told once. */
export const rule: DockerfileRule = {
  summary: 'The file is what is built, not a template of it.',
  severity: 'info',
  aliases: [],
  fixable: false,
  needs: ['FROM', 'unknown'],
  check({ file, range }) {
    const template = templateOf(file);
    if (!template) return [];
    const left = template.branches ? 'nothing else of it is judged' : 'what is filled in is not judged';
    return [
      {
        range: range(template.sign),
        message: `This looks like a template that is filled in before the build: ${left}. Lint the Dockerfile that comes of it.`,
      },
    ];
  },
};
