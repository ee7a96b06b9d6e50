import { fail } from '../errors.ts';

/** The words of a command line: blanks part them, quotes keep them together. There is no shell, so its signs are refused (S18). */
export function commandWords(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (const sign of line.trim()) {
    if (quote !== '') {
      if (sign === quote) quote = '';
      else word = (word ?? '') + sign;
    } else if (sign === '"' || sign === "'") {
      quote = sign;
      word ??= '';
    } else if (/\s/.test(sign)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (/[|&;<>`$(){}*?~\\]/.test(sign)) {
      throw fail(
        'configuration',
        `\`${line}\` needs a shell (\`${sign}\`), and checks are run without one.`,
        'Put it into a script and name that.',
      );
    } else word = (word ?? '') + sign;
  }
  if (quote !== '') throw fail('configuration', `A quote in \`${line}\` is not closed.`, 'Close it.');
  if (word !== undefined) words.push(word);
  if (words.length === 0) throw fail('configuration', 'A check has an empty command.', 'Write a command, or take the check out.');
  return words;
}
