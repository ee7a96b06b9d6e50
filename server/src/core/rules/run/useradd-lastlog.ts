import { flagWord } from '../../dockerfile/options.ts';
import type { ShellWord } from '../../dockerfile/shellModel.ts';
import type { DockerfileRule } from '../context.ts';
import { addedWord } from '../edits.ts';

const valued = 'bcdefgGkKpRPsuZ';

/** useradd writes /var/log/lastlog and faillog at an offset that grows with the uid: gigabytes of nothing, in a layer. */
export const rule: DockerfileRule = {
  summary: 'useradd with a high uid does not write the login log.',
  severity: 'warning',
  aliases: ['DL3046'],
  fixable: true,
  programs: ['useradd'],
  check(context) {
    return context.commands.named('useradd').flatMap(({ command, run }) => {
      const words = command.words.slice(1);
      const uid = uidOf(words);
      const program = command.words[0];
      if (!uid || !program || flagWord(words, 'l', ['--no-log-init'], valued)) return [];
      return [
        {
          range: context.range(uid.word),
          message: `\`useradd\` with uid ${uid.value} writes a login log of ${Math.ceil((uid.value * 292) / 1e6)} MB into the layer. Add \`--no-log-init\`.`,
          fixes: [addedWord(context, run, program.end, '--no-log-init')],
        },
      ];
    });
  },
};

/** A uid of six digits and more, with its word. */
function uidOf(words: readonly ShellWord[]): { readonly word: ShellWord; readonly value: number } | undefined {
  for (const [i, word] of words.entries()) {
    const attached = /^(?:-[a-zA-Z]*u|--uid=)(\d+)$/.exec(word.value)?.[1];
    const next = /^(?:-[a-zA-Z]*u|--uid)$/.test(word.value) ? words[i + 1] : undefined;
    const digits = attached ?? next?.value ?? '';
    if (/^\d{6,10}$/.test(digits) && Number(digits) >= 100_000) return { word: next ?? word, value: Number(digits) };
  }
  return undefined;
}
