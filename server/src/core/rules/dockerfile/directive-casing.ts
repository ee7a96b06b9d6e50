import type { DockerfileRule } from '../context.ts';
import { replacement } from '../edits.ts';

/** Directives are written in small letters. */
export const rule: DockerfileRule = {
  summary: 'The names of parser directives are written in lower case.',
  severity: 'hint',
  aliases: ['CASING_DIRECTIVE'],
  fixable: true,
  needs: ['directive'],
  check: (context) =>
    context.file.directives.flatMap(({ name, start, end }) => {
      const match = /^#\s*(\w+)/.exec(context.file.text.slice(start, end));
      const written = match?.[1] ?? '';
      if (!match || written === written.toLowerCase()) return [];
      const span = { start: start + match[0].length - written.length, end: start + match[0].length };
      const message = `Directives are written in lower case: \`${name}\`.`;
      return [{ range: context.range(span), message, fixes: [replacement(context, span, name, `Write \`${name}\``)] }];
    }),
};
