import { withoutNames } from '../../dockerfile/pragmaEdits.ts';
import type { SuppressedName } from '../../dockerfile/pragmas.ts';
import type { DockerfileContext, DockerfileRule, UnusedSuppression } from '../context.ts';
import type { Report } from '../rule.ts';

/** A suppression that suppresses nothing hides what comes next. */
export const rule: DockerfileRule = {
  summary: 'Comments that suppress findings still suppress one.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  needs: ['pragma'],
  check: () => [],
  afterwards: (context, unused) =>
    unused.flatMap((one) =>
      one.names.length === one.suppression.names.length
        ? [report(context, one, one.names)]
        : one.names.map((name) => report(context, one, [name])),
    ),
};

function report(context: DockerfileContext, { suppression }: UnusedSuppression, names: readonly SuppressedName[]): Report {
  const [first] = names;
  const span = names.length === 1 && first ? first : suppression.comment;
  const cut = withoutNames(context.file, suppression, names);
  const list = names.map(({ name }) => `\`${name}\``).join(', ');
  const where = { instruction: 'the next instruction', stage: 'this stage', file: 'this file' }[suppression.scope];
  return {
    range: context.range(span),
    message: `Nothing is suppressed here: ${where} has no finding of ${list}.`,
    tags: ['unnecessary'],
    // The other tool may still need its comment.
    ...(suppression.dialect === 'waybill' ? {} : { severity: 'hint' }),
    fixes: cut ? [{ title: `Remove ${list}`, edits: [{ range: context.range(cut), text: '' }] }] : [],
  };
}
