import type { Dockerfile, FromInstruction, Instruction, Span } from './model.ts';
import { documentedKeywords } from './reference.ts';

/** What a generator replaces: of Go and Jinja, ERB, autoconf and the like. */
const mark = /\{\{.*?\}\}|\{%.*?%\}|<%.*?%>|%%\w+%%|@[A-Z][A-Z0-9_]*@/;
/** A line that is a generator's own, in the place of an instruction. */
const ownLine = /^(?:\{\{|\{%|\{#|<%|%%\w+%%|@[A-Z][A-Z0-9_]*@)/;
/** Instructions that a generator puts in: `COPY_THE_SPEC`. */
const wordOfLine = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?!\S)/;

/** A quick look at what holds no sign at all. */
const hint = /^[A-Z][A-Z0-9]*_[A-Z0-9_]+|\{\{|\{%|<%|%%|@[A-Z]|^[ \t]*(?:FROM|from|From)[ \t]+_{0,2}[A-Z]/m;

/** A Dockerfile that something fills in before the build. */
export interface Template {
  /** The first place that tells. */
  readonly sign: Span;
  /** What is decided when it is filled in: nothing can be said of it. */
  readonly open: readonly Span[];
  /** Lines come and go: nothing can be said of what follows what. */
  readonly branches: boolean;
}

/** Undefined for a file that is what it is built from. Placeholders in commands alone make no template: `docker inspect` has its own. */
export function templateOf(file: Dockerfile): Template | undefined {
  if (!hint.test(file.text)) return undefined;
  const unknown = file.instructions.filter(({ kind }) => kind === 'unknown');
  const lines = unknown.filter((instruction) => ownLine.test(textOf(file, instruction)));
  const words = unknown.filter((instruction) => isWord(textOf(file, instruction)));
  const froms = file.instructions.filter((instruction) => instruction.kind === 'FROM' && isOpenFrom(file, instruction));
  const [sign] = [...lines, ...froms, ...words].sort((a, b) => a.start - b.start);
  if (!sign) return undefined;
  const others = file.instructions.filter((instruction) => mark.test(textOf(file, instruction)));
  return { sign: spanOf(file, sign), open: [...lines, ...froms, ...words, ...others], branches: lines.length > 0 };
}

function spanOf(file: Dockerfile, sign: Instruction): Span {
  if (sign.kind === 'FROM') return sign.body;
  return isWord(textOf(file, sign)) ? sign.keyword : sign;
}

/** No instruction has an underscore in its name, and none that is meant has one but by a slip: `WORK_DIR`. */
function isWord(text: string): boolean {
  const word = wordOfLine.exec(text)?.[0];
  return word !== undefined && !documentedKeywords.includes(word.replaceAll('_', ''));
}

/** An image in capitals is none: no registry takes it. */
function isOpenFrom(file: Dockerfile, instruction: FromInstruction): boolean {
  const text = file.text.slice(instruction.body.start, instruction.body.end);
  if (mark.test(text)) return true;
  const name = instruction.image?.text ?? '';
  if (!/^(?:[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*|__[A-Z0-9_]+__)$/.test(name)) return false;
  return !file.stages.some((stage) => stage.name?.toLowerCase() === name.toLowerCase());
}

/** True where a template leaves open what stands there. */
export function leavesOpen({ open, branches }: Template, offset: number): boolean {
  return branches || open.some(({ start, end }) => start <= offset && offset <= end);
}

function textOf(file: Dockerfile, { start, end }: Instruction): string {
  return file.text.slice(start, end);
}
