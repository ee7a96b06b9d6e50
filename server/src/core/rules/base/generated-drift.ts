import { readGenerated } from '../../dockerfile/generated.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import type { Fix, Report } from '../rule.ts';

/** A Dockerfile that says it is generated is what would be generated today. */
export const rule: DockerfileRule = {
  summary: 'A generated Dockerfile is as it was generated, and as it would be generated today.',
  severity: 'info',
  aliases: [],
  fixable: true,
  needs: ['comment'],
  check(context) {
    const { text } = context.file;
    const generated = readGenerated(text);
    if (!generated) return [];
    const end = text.search(/\r?\n|$/);
    const range = context.range({ start: 0, end });
    if (!generated.untouched) {
      return [
        {
          range,
          message: `This Dockerfile was generated from \`${generated.source}\` and edited since: what is generated next has none of the edits. Keep it by hand, without this line, or generate it again.`,
          fixes: [keep(context, end), ...renew(context)],
        },
      ];
    }
    return outdated(context, range);
  },
};

function outdated(context: DockerfileContext, range: Report['range']): readonly Report[] {
  const now = context.generation?.();
  if (now === undefined || plain(now) === plain(context.file.text)) return [];
  return [
    {
      range,
      message:
        'The manifest or the standards have changed since this Dockerfile was generated: today it would be another. Generate it again.',
      severity: 'warning',
      fixes: renew(context),
    },
  ];
}

/** Without the line that names the version of the standards: a version alone changes nothing. */
function plain(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(/^.*\n/, '');
}

function keep(context: DockerfileContext, end: number): Fix {
  const { text } = context.file;
  const next = text.startsWith('\r\n', end) ? end + 2 : Math.min(end + 1, text.length);
  return {
    title: 'Keep it by hand: remove this line',
    edits: [{ range: context.range({ start: 0, end: next }), text: '' }],
    preview: true,
  };
}

function renew(context: DockerfileContext): Fix[] {
  const now = context.generation?.();
  if (now === undefined) return [];
  const whole = context.range({ start: 0, end: context.file.text.length });
  return [{ title: 'Generate it again', edits: [{ range: whole, text: now }], preview: true }];
}
