import { flagWord, holdsOptions } from '../../dockerfile/options.ts';
import { writtenBefore } from '../../dockerfile/settings.ts';
import type { DockerfileRule } from '../context.ts';
import { addedWord } from '../edits.ts';

const long = [
  '--quiet',
  '--no-verbose',
  '--progress',
  '--output-file',
  '--append-output',
  '--version',
  '--help',
  '--spider',
  '--background',
];

/** A progress bar without a terminal fills the build's log with thousands of dots. */
export const rule: DockerfileRule = {
  summary: 'wget draws no progress bar into the log of a build.',
  severity: 'info',
  aliases: ['DL3047'],
  fixable: true,
  programs: ['wget'],
  check(context) {
    return context.commands.named('wget').flatMap((placed) => {
      const { command } = placed;
      const [program, ...words] = command.words;
      if (!program || words.length === 0 || command.redirects?.some(({ fd, operator }) => fd === 2 || operator.startsWith('&'))) return [];
      if (flagWord(words, 'qoabVh', long, 'ieBtOTwQPUDARIXl') || words.some(({ value }) => /^-[a-zA-Z]*nv/.test(value))) return [];
      if (words.some(holdsOptions)) return [];
      if (writtenBefore(context.file, placed, /(?:^|["'\s])(?:verbose|quiet|progress)\s*=/m, /wgetrc$/)) return [];
      return [
        {
          range: context.range(program),
          message:
            '`wget` without a terminal writes its progress as thousands of lines into the log. Add `-nv`, or `--progress=dot:giga` to see some.',
          fixes: [addedWord(context, placed.run, program.end, '-nv')],
        },
      ];
    });
  },
};
