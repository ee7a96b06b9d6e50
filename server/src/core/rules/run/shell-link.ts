import type { PlacedCommand } from '../../dockerfile/commands.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import { replacement } from '../edits.ts';
import type { Fix } from '../rule.ts';

/** Packages' own scripts rely on the distribution's /bin/sh; SHELL changes what RUN uses, and nothing else. */
export const rule: DockerfileRule = {
  summary: 'SHELL says which shell RUN uses; `/bin/sh` stays as the distribution made it.',
  severity: 'warning',
  aliases: ['DL4005'],
  fixable: true,
  programs: ['ln', 'mv', 'cp', 'install'],
  check(context) {
    return context.commands.named('ln', 'mv', 'cp', 'install').flatMap((placed) => {
      const { name, words } = placed.command;
      const plain = words.slice(1).filter(({ value }) => !value.startsWith('-'));
      const target = plain.at(-1);
      if (plain.length !== 2 || !target || !/^\/(?:usr\/)?bin\/sh$/.test(target.value)) return [];
      return [
        {
          range: context.range(target),
          message: '`/bin/sh` is what every script of the distribution was made for. Leave it, and name the shell of RUN with `SHELL`.',
          aliases: name === 'ln' ? ['DL4005'] : [],
          fixes: fixOf(context, placed, plain[0]?.value ?? ''),
        },
      ];
    });
  },
};

function fixOf(context: DockerfileContext, { run, command }: PlacedCommand, source: string): readonly Fix[] {
  const path = source.startsWith('/') ? source : `/bin/${source}`;
  const alone = run.script.commands.length === 1 && run.flags.length === 0 && run.heredocs.length === 0 && !run.json;
  if (!alone || command.end !== run.headEnd || !/^\/[\w/]*sh$/.test(path) || context.file.text.slice(run.start, run.start + 3) === 'ONB')
    return [];
  const place = { start: run.start, end: run.headEnd };
  return [replacement(context, place, `SHELL ["${path}", "-c"]`, `Use SHELL ["${path}", "-c"]`, true)];
}
