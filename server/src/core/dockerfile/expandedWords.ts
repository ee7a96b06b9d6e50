// biome-ignore-all lint/suspicious/noTemplateCurlyInString: messages about Docker's own variables
/** The words in which BuildKit replaces variables, and what stops it there. */
import { type ExpansionProblem, expansionProblem, mayGoWrong } from './expansion.ts';
import type { Dockerfile, Instruction, Span, SyntaxProblem, Word } from './model.ts';

type Problem = Omit<SyntaxProblem, 'severity'>;

/** Quotes that are not closed, and variables that are not written as Docker reads them. */
export function expansionProblems(file: Dockerfile, instruction: Instruction): readonly Problem[] {
  // Most instructions have neither quotes nor braces, and of RUN only the flags are read.
  if (instruction.kind === 'RUN' && instruction.flags.length === 0) return none;
  if (!mayGoWrong.test(file.text.slice(instruction.start, instruction.headEnd))) return none;
  const found = expandedWords(file, instruction).flatMap((word) => expansionOf(file, instruction, word) ?? []);
  // What stands behind an open quote is no second mistake.
  const quote = found.findIndex(({ aliases }) => aliases.some((alias) => /_QUOTE$/.test(alias)));
  return quote < 0 ? found : found.slice(0, quote + 1);
}

const none: readonly Problem[] = [];

interface Written extends Span {
  readonly text: string;
  /** True for a word whose offsets in `text` are not those of the document. */
  readonly whole?: boolean;
}

/** The words in which variables are replaced, as the parser hands them on. */
function expandedWords(file: Dockerfile, instruction: Instruction): readonly Written[] {
  switch (instruction.kind) {
    case 'FROM':
      return [...plainValues(instruction, 'platform'), ...(instruction.image ? [wordAt(file, instruction.image)] : [])];
    case 'COPY':
    case 'ADD':
      return [
        ...plainValues(instruction, 'chown'),
        ...plainValues(instruction, 'chmod'),
        ...written(file, instruction, [...instruction.sources, ...(instruction.destination ? [instruction.destination] : [])]),
      ];
    case 'VOLUME':
    case 'EXPOSE':
      return written(file, instruction, instruction.words);
    case 'USER':
    case 'WORKDIR':
    case 'STOPSIGNAL':
      return instruction.value ? [instruction.value] : [];
    case 'ARG':
      return instruction.pairs.flatMap(({ value }) => value ?? []);
    case 'ENV':
    case 'LABEL':
      return instruction.pairs.flatMap(({ name, value }) => [nameOf(file, name), ...(value ? [value] : [])]);
    case 'RUN':
      return plainValues(instruction, 'mount');
    default:
      return [];
  }
}

/** The strings of an array, or the words. */
function written({ text }: Dockerfile, { body }: Instruction, words: readonly Word[]): readonly Written[] {
  if (text[body.start] !== '[' || !isArray(text.slice(body.start, body.end))) return words;
  return words.map(({ start, end, value }) => ({ start, end, text: value, whole: true }));
}

function isArray(body: string): boolean {
  try {
    return Array.isArray(JSON.parse(body.replace(/[\\`][ \t]*\r?\n/g, '')));
  } catch {
    return false;
  }
}

/** In the form without `=` the name ends at the first blank, also within quotes. */
function nameOf({ text }: Dockerfile, name: Word): Written {
  return text[name.end] === '=' ? name : { start: name.start, end: name.end, text: /^\S*/.exec(name.text)?.[0] ?? '' };
}

function wordAt({ text }: Dockerfile, { start, end }: Span): Written {
  return { start, end, text: text.slice(start, end) };
}

/** Flags have their quotes taken away before: values with quotes are not looked at. */
export function plainValues({ flags }: Instruction, wanted: string): readonly Word[] {
  return flags.flatMap(({ name, value }) => (name === wanted && value && !/['"\\]/.test(value.text) ? [value] : []));
}

function expansionOf({ escapeMark }: Dockerfile, { kind }: Instruction, word: Written): Problem | undefined {
  const problem = expansionProblem(word.text, escapeMark);
  if (!problem) return undefined;
  const { start, end, message, aliases } = expansionMessage(problem, kind);
  const span = word.whole ? { start: word.start, end: word.end } : { start: word.start + start, end: word.start + end };
  return { ...span, message, aliases };
}

const quoteAliases = { 'double-quote': 'SYNTAX_MISSING_DOUBLE_QUOTE', 'single-quote': 'SYNTAX_MISSING_SINGLE_QUOTE' } as const;

function expansionMessage({ start, end, kind, what }: ExpansionProblem, instruction: string): Problem {
  if (kind === 'double-quote' || kind === 'single-quote') {
    const blanks = /^(?:COPY|ADD|VOLUME)$/.test(instruction);
    const advice = blanks
      ? ` A blank ends the word here, also within quotes: paths with blanks need the array form, \`${instruction} ["…"]\`.`
      : ` Close it with \`${what}\`, or put a backslash in front of it.`;
    return { start, end, message: `This quote is never closed.${advice}`, aliases: [quoteAliases[kind]] };
  }
  const shown = what.length > 40 ? `${what.slice(0, 40)}…` : what;
  const aliases = ['UNSUPPORTED_MODIFIER'];
  switch (kind) {
    case 'brace':
      return { start, end, message: `\`${shown}\` is not closed: a \`}\` must follow.`, aliases };
    case 'slash':
      return { start, end, message: 'To replace a part, write `${NAME/pattern/replacement}`: the second `/` is missing.', aliases };
    case 'name':
      return { start, end, message: 'The name of a variable must follow `${`.', aliases };
    default:
      return {
        start,
        end,
        message: `Docker knows no modifier \`${shown}\` in \`\${…}\`: only \`:-\`, \`-\`, \`:+\`, \`+\`, \`:?\`, \`?\`, \`#\`, \`%\` and \`/\`.`,
        aliases,
      };
  }
}
