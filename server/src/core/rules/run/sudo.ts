import type { PlacedCommand } from '../../dockerfile/commands.ts';
import { isRoot } from '../../dockerfile/effective.ts';
import { stateBefore } from '../../dockerfile/settings.ts';
import type { ShellWord } from '../../dockerfile/shellModel.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import { replacement } from '../edits.ts';
import type { Fix } from '../rule.ts';

const isSudo = ({ value }: ShellWord) => /(?:^|\/)(?:sudo|doas)$/.test(value);

/** USER says who runs a RUN; sudo is one more setuid program, with rules of its own. */
export const rule: DockerfileRule = {
  summary: 'USER, not sudo, says who runs a command.',
  severity: 'warning',
  aliases: ['DL3004'],
  fixable: true,
  needs: ['RUN'],
  check(context) {
    return context.commands.all.flatMap((placed) => {
      const { command } = placed;
      const word = command.prefixes.find(isSudo) ?? (command.words[0] && isSudo(command.words[0]) ? command.words[0] : undefined);
      if (!word) return [];
      const program = word.value.slice(word.value.lastIndexOf('/') + 1);
      return [
        {
          range: context.range(word),
          message: `\`${program}\` in a build: the program and its rules stay in the image as a way to root. Switch with \`USER\` around this RUN.`,
          aliases: program === 'sudo' ? ['DL3004'] : [],
          fixes: fixOf(context, placed, word),
        },
      ];
    });
  },
};

/** Without options that name a user or a folder, sudo means: as root. Where USER is root already, nothing changes. */
function fixOf(context: DockerfileContext, placed: PlacedCommand, word: ShellWord): readonly Fix[] {
  const { command, run } = placed;
  const rest = [...command.prefixes, ...command.words].filter(({ start }) => start > word.start);
  const next = rest.find(({ value }) => !/^-[EHnSAbk]+$|^--(?:preserve-env|set-home|non-interactive|stdin)$/.test(value));
  if (!next || next.value.startsWith('-') || run.json) return [];
  const user = stateBefore(context, placed)?.user;
  const safe = user !== undefined && isRoot(user.value);
  return [replacement(context, { start: word.start, end: next.start }, '', 'Remove it', !safe)];
}
