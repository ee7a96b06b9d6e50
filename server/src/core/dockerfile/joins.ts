import type { TextEdit } from '../text/edits.ts';
import type { Dockerfile, Instruction, RunInstruction } from './model.ts';

/** Each RUN that follows a RUN of its stage directly and with the same flags, with the one before it. */
export function consecutiveRuns(instructions: readonly Instruction[]): readonly (readonly [RunInstruction, RunInstruction])[] {
  const pairs: (readonly [RunInstruction, RunInstruction])[] = [];
  let first: Instruction | undefined;
  for (const second of instructions) {
    if (first?.kind === 'RUN' && second.kind === 'RUN' && !first.json && !second.json && flagsOf(first) === flagsOf(second))
      pairs.push([first, second]);
    first = second;
  }
  return pairs;
}

function flagsOf({ flags }: RunInstruction): string {
  return flags.length === 0 ? '' : flags.map(({ name, value }) => `${name}=${value?.value ?? ''}`).join(' ');
}

/** Edit that makes one RUN of two, chained with `&&`; undefined where the second would then mean something else. */
export function joinEdit(file: Dockerfile, first: RunInstruction, second: RunInstruction): TextEdit | undefined {
  const { escapeMark, text } = file;
  for (const { script, heredocs } of [first, second]) {
    if (heredocs.length > 0 || script.broken || script.scopes[0]?.kind !== 'line') return undefined;
  }
  // Comments between the two keep their place.
  if (text.slice(first.headEnd, second.start).trim() !== '') return undefined;
  const own = text.slice(first.body.start, first.headEnd);
  const next = text.slice(second.body.start, second.headEnd);
  if (/\|\||;|(?<!&)&(?!&)|#/.test(next) || /#|(?<!&)&$/.test(own)) return undefined;
  if (first.script.commands.some(({ name }) => changesShell.test(name))) return undefined;
  if (first.script.scopes[0]?.lastEnd === undefined) return undefined;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const range = file.index.range(first.headEnd, second.body.start);
  return { range, text: ` ${escapeMark}${newline} && ` };
}

/** What such a command changes would hold for the second RUN too. */
const changesShell = /^(?:cd|pushd|popd|export|umask|set|shopt|source|\.|exec|exit|trap|alias|unset|ulimit|)$/;
