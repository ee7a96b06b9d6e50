import type { PlacedCommand } from '../../dockerfile/commands.ts';
import { stateBefore } from '../../dockerfile/settings.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import type { Fix } from '../rule.ts';

/** A whole RUN in another folder is what WORKDIR is for. */
export const rule: DockerfileRule = {
  summary: 'WORKDIR, not `cd`, says where a whole RUN works.',
  severity: 'hint',
  aliases: ['DL3003'],
  fixable: true,
  programs: ['cd'],
  check(context) {
    return context.commands.named('cd').flatMap((placed) => {
      const { command, run } = placed;
      const path = command.words[1];
      const scope = run.script.scopes[0];
      if (command.scope !== 0 || scope?.kind === 'argument' || command !== run.script.commands[0] || command.words.length !== 2) return [];
      const first = context.file.text.slice(scope?.start ?? 0, command.start).trim() === '';
      if (!first || !path?.literal || /^[-~]/.test(path.value)) return [];
      return [
        {
          range: context.range({ start: command.start, end: path.end }),
          message: `This RUN works in \`${path.value}\` as a whole: say so with \`WORKDIR\`, where everybody sees it.`,
          fixes: fixOf(context, placed, path.value),
        },
      ];
    });
  },
};

/** WORKDIR before the RUN, and the old one behind it; only where the old one is known. */
function fixOf(context: DockerfileContext, placed: PlacedCommand, path: string): readonly Fix[] {
  const { file } = context;
  const { command, run, stage } = placed;
  const place = file.stages[stage];
  const scope = run.script.scopes[0];
  if (
    !place ||
    scope?.kind !== 'line' ||
    run.heredocs.length > 0 ||
    run.script.broken ||
    !file.text.startsWith(run.keyword.text, run.start)
  )
    return [];
  if (!place.instructions.includes(run) || /[\s"'\\$]/.test(path)) return [];
  const before = stateBefore(context, placed)?.workdir;
  const link = /^\s*(?:\\[ \t]*\r?\n\s*)?(?:&&|;)[ \t]*(?:\\[ \t]*\r?\n[ \t]*)?/.exec(file.text.slice(command.end, run.headEnd));
  if (before === undefined || !link) return [];
  const newline = file.text.includes('\r\n') ? '\r\n' : '\n';
  const at = (offset: number, end = offset) => context.range({ start: offset, end });
  return [
    {
      title: `Use WORKDIR ${path}`,
      preview: true,
      edits: [
        { range: at(run.start), text: `WORKDIR ${path}${newline}` },
        { range: at(command.start, command.end + link[0].length), text: '' },
        { range: at(run.headEnd), text: `${newline}WORKDIR ${before}` },
      ],
    },
  ];
}
