import type { PlacedCommand } from '../../dockerfile/commands.ts';
import { instructionNames } from '../../dockerfile/instructions.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import { replacement } from '../edits.ts';
import type { Fix } from '../rule.ts';

/** The shell knows no RUN and no COPY. */
export const rule: DockerfileRule = {
  summary: 'No instruction stands where the shell expects a command.',
  severity: 'error',
  aliases: [],
  fixable: true,
  programs: instructionNames,
  check(context) {
    return context.commands.named(...instructionNames).flatMap((placed) => {
      const { command, run } = placed;
      const word = command.words[0];
      if (!word || word.text !== command.name || run.json || command.words.length < 2) return [];
      return [
        {
          range: context.range(word),
          message: `\`${word.text}\` is an instruction of Dockerfiles, and this is the text of a RUN: the shell looks for a program of that name.`,
          fixes: fixOf(context, placed),
        },
      ];
    });
  },
};

const lineBreak = String.raw`[\\\x60][ \t]*\r?\n[ \t]*`;
const joint = new RegExp(`^[ \\t]*(?:(?:&&|;)[ \\t]*${lineBreak}|${lineBreak}(?:&&|;)[ \\t]*)$`);

/** A RUN in a RUN is no word at all; another instruction at the end of the chain begins a line of its own. */
function fixOf(context: DockerfileContext, { command, run }: PlacedCommand): readonly Fix[] {
  const [word, next] = command.words;
  if (!word || !next) return [];
  if (command.name === 'RUN') {
    return next.value.startsWith('-') ? [] : [replacement(context, { start: word.start, end: next.start }, '', 'Remove RUN')];
  }
  const { commands } = run.script;
  const before = commands[commands.indexOf(command) - 1];
  const { text } = context.file;
  if (!before || before.scope !== command.scope || command !== commands.at(-1) || command.end !== run.headEnd) return [];
  const between = text.slice(before.end, word.start);
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  return joint.test(between)
    ? [replacement(context, { start: before.end, end: word.start }, newline, `Begin a line with ${command.name}`, true)]
    : [];
}
