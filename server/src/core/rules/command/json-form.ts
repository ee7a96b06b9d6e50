import type { WordsInstruction } from '../../dockerfile/model.ts';
import { ownInstructionsOf } from '../../dockerfile/walk.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import { replacement } from '../edits.ts';
import type { Fix, Report } from '../rule.ts';

/** The program of the container is started without a shell around it. */
export const rule: DockerfileRule = {
  summary: 'CMD and ENTRYPOINT are JSON arrays, so that the program itself gets the signals.',
  severity: 'warning',
  aliases: ['DL3025', 'JSONArgsRecommended', 'JSON_IN_SINGLE_QUOTES'],
  fixable: true,
  needs: ['CMD', 'ENTRYPOINT'],
  check(context) {
    // Who writes SHELL means the shell, in this stage and in those that stand on it.
    const shells: boolean[] = [];
    return context.file.stages.flatMap((stage) => {
      const shell = (stage.parent && shells[stage.parent.index]) === true || stage.instructions.some(({ kind }) => kind === 'SHELL');
      shells.push(shell);
      return ownInstructionsOf(stage, 'CMD', 'ENTRYPOINT').flatMap((instruction) => reportOf(context, instruction, shell) ?? []);
    });
  },
};

function reportOf(context: DockerfileContext, instruction: WordsInstruction, shell: boolean): Report | undefined {
  const { kind, body, json } = instruction;
  const text = context.file.text.slice(body.start, body.end);
  if (json || text.trim() === '') return undefined;
  const aliases = ['DL3025', 'JSONArgsRecommended'];
  const range = context.range(body);
  if (text.startsWith('[') && text.trimEnd().endsWith(']')) return brokenArray(context, instruction, text);
  if (shell) return undefined;
  const withExec = /^exec\s/.test(text);
  const message = withExec
    ? `The shell hands over to the program by \`exec\`, which is fine; as a JSON array this ${kind} would need no shell at all.`
    : `This ${kind} runs inside \`/bin/sh -c\`: signals go to the shell, and \`docker stop\` waits in vain and then kills the program. Write a JSON array.`;
  return { range, message, aliases, fixes: fixesOf(context, instruction, text), ...(withExec ? { severity: 'hint' } : {}) };
}

function brokenArray(context: DockerfileContext, { kind, body }: WordsInstruction, text: string): Report {
  const mended = text.replaceAll("'", '"');
  const quotes = isArray(mended);
  return {
    range: context.range(body),
    message: `This looks like a JSON array and is none${quotes ? ' (JSON has double quotes only)' : ''}: the shell would run a program named \`[\`. Mend the array of this ${kind}.`,
    severity: 'error',
    aliases: ['DL3025', 'JSONArgsRecommended', ...(quotes ? ['JSON_IN_SINGLE_QUOTES'] : [])],
    fixes: quotes ? [replacement(context, body, mended, 'Use double quotes')] : [],
  };
}

function isArray(text: string): boolean {
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}

const plainWord = /[\w@%+=:,./-]+|"[^"$`\\\n]*"|'[^'\n]*'/y;
const builtIn = /^(?:cd|exec|export|set|unset|source|\.|:|if|for|while|until|case|eval|trap|ulimit|umask|test|\w+=.*)$/;

/** The words of a command in which a shell has nothing to do. */
function plainWords(text: string): readonly string[] | undefined {
  const words: string[] = [];
  for (let at = 0; at < text.length; ) {
    plainWord.lastIndex = at;
    const word = plainWord.exec(text)?.[0];
    const next = at + (word?.length ?? 0);
    if (word === undefined || !/^(?:\s|$)/.test(text.slice(next, next + 1))) return undefined;
    words.push(/^["']/.test(word) ? word.slice(1, -1) : word);
    at = next + (/^\s*/.exec(text.slice(next))?.[0].length ?? 0);
  }
  return words;
}

/** Both change what runs as process 1, so a person decides. */
function fixesOf(context: DockerfileContext, { body }: WordsInstruction, text: string): readonly Fix[] {
  if (/[\\`][ \t]*\r?\n/.test(text)) return [];
  const words = plainWords(text.replace(/^exec\s+/, ''));
  const [program] = words ?? [];
  if (words && program !== undefined && !builtIn.test(program)) {
    return [replacement(context, body, arrayOf(words), 'Write it as a JSON array', true)];
  }
  return [replacement(context, body, arrayOf(['/bin/sh', '-c', text]), 'Name the shell in a JSON array', true)];
}

function arrayOf(words: readonly string[]): string {
  return `[${words.map((word) => JSON.stringify(word)).join(', ')}]`;
}
