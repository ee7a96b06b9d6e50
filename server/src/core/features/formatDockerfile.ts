import type { Position, Range } from '../../protocol.ts';
import type { Dockerfile, Instruction, Span } from '../dockerfile/model.ts';
import { parseDockerfile } from '../dockerfile/parse.ts';
import { sameMeaning } from '../dockerfile/sameMeaning.ts';
import { comparePositions, type TextEdit } from '../text/edits.ts';
import { applyEdits } from '../text/lineIndex.ts';
import { flushLines } from './formatContinuation.ts';

/** What an editor says of indentation. */
export interface FormatOptions {
  readonly tabSize: number;
  readonly insertSpaces: boolean;
}

export const usualFormat: FormatOptions = { tabSize: 4, insertSpaces: true };

/**
 * Edits that make a file tidy and leave its meaning: keywords in the case of most, no blanks at the ends of lines, one blank
 * line in front of a stage and never two, continuation lines that begin at the margin moved in. Heredocs, and bodies that
 * someone has indented, stay as they are. Should the result not mean the same, there are no edits.
 */
export function formatDockerfile(file: Dockerfile, options: FormatOptions = usualFormat, range?: Range): readonly TextEdit[] {
  const edits = [...caseEdits(file), ...lineEdits(file), ...indentEdits(file, options)]
    .filter((edit) => !range || touches(edit.range, range))
    .sort((a, b) => comparePositions(a.range.start, b.range.start));
  if (edits.length === 0) return [];
  const after = parseDockerfile(file.uri, applyEdits(file.text, edits));
  return sameMeaning(file, after) ? edits : [];
}

function touches(edit: Range, range: Range): boolean {
  return comparePositions(edit.start, range.end) <= 0 && comparePositions(range.start, edit.end) <= 0;
}

/** The indentation of a line that was just begun inside an instruction: that of the continuation above, else one step. */
export function formatNewLine(file: Dockerfile, position: Position, options: FormatOptions = usualFormat): readonly TextEdit[] {
  const lineStart = file.index.offsetAt({ line: position.line, character: 0 });
  const within = file.instructions.find(({ start, headEnd }) => start < lineStart && lineStart <= headEnd) ?? openAt(file, lineStart);
  if (!within || lineStart === 0 || file.text.slice(within.start, lineStart).includes('<<')) return [];
  const above = file.text
    .slice(within.start, lineStart)
    .split('\n')
    .slice(1, -1)
    .filter((line) => line.trim() !== '')
    .at(-1);
  const indent = above === undefined ? unit(options) : (/^[ \t]*/.exec(above)?.[0] ?? '');
  const present = /^[ \t]*/.exec(file.text.slice(lineStart, lineStart + 200))?.[0] ?? '';
  if (present === indent) return [];
  return [{ range: file.index.range(lineStart, lineStart + present.length), text: indent }];
}

/** The instruction whose last line ends in the escape character right above. */
function openAt(file: Dockerfile, lineStart: number): Instruction | undefined {
  const before = file.text.slice(0, lineStart).trimEnd();
  if (!before.endsWith(file.escapeMark)) return undefined;
  return file.instructions.findLast(({ start, heredocs }) => start < lineStart && heredocs.length === 0);
}

function unit({ tabSize, insertSpaces }: FormatOptions): string {
  return insertSpaces ? ' '.repeat(tabSize) : '\t';
}

/** Every keyword in the case that most have; AS goes with them. */
function caseEdits(file: Dockerfile): TextEdit[] {
  const keywords = file.instructions.flatMap((instruction) => {
    if (instruction.kind === 'unknown') return [];
    const inner =
      instruction.kind === 'ONBUILD' && instruction.trigger && instruction.trigger.kind !== 'unknown' ? [instruction.trigger.keyword] : [];
    const as = instruction.kind === 'FROM' && instruction.as ? [instruction.as] : [];
    return [instruction.keyword, ...inner, ...as];
  });
  const lower = keywords.filter(({ text }) => text === text.toLowerCase()).length > keywords.length / 2;
  return keywords.flatMap(({ text, start, end }) => {
    const wanted = lower ? text.toLowerCase() : text.toUpperCase();
    return text === wanted ? [] : [{ range: file.index.range(start, end), text: wanted }];
  });
}

/** Blanks at the ends of lines and blank lines between instructions; not in heredocs. */
function lineEdits(file: Dockerfile): TextEdit[] {
  const { text, index } = file;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const contentEnd = text.trimEnd().length;
  const breaks = blankLinesWanted(file);
  const placeOf = linePlaces(file);
  const edits: TextEdit[] = [];
  let blanks = 0;
  for (let line = 0; line < index.lineCount; line++) {
    const start = index.offsetAt({ line, character: 0 });
    if (start > contentEnd) break;
    const place = placeOf(start);
    const end = lineEnd(text, start);
    const kept = start + text.slice(start, end).replace(/[ \t]+$/, '').length;
    const isBlank = kept === start && place === 'between';
    if (isBlank && blanks > 0) edits.push({ range: index.range(start, text.indexOf('\n', start) + 1), text: '' });
    else if (kept < end && place !== 'heredoc' && end <= contentEnd) edits.push({ range: index.range(kept, end), text: '' });
    if (breaks.has(start) && blanks === 0) edits.push({ range: index.range(start, start), text: newline });
    blanks = isBlank ? blanks + 1 : 0;
  }
  return [...edits, ...endEdits(file, contentEnd, newline)];
}

/** Tells for the start of each line, asked in order, whether it lies in a heredoc, inside an instruction or elsewhere. */
function linePlaces(file: Dockerfile): (start: number) => 'heredoc' | 'inside' | 'between' {
  let at = 0;
  return (start) => {
    let instruction = file.instructions[at];
    while (instruction && instruction.end < start) instruction = file.instructions[++at];
    if (!instruction || start <= instruction.start) return 'between';
    return start > instruction.headEnd ? 'heredoc' : 'inside';
  };
}

/** One line break at the end of the file; an unfinished end is left alone. */
function endEdits(file: Dockerfile, contentEnd: number, newline: string): TextEdit[] {
  const last = file.instructions.at(-1);
  const open = last?.heredocs.some(({ terminator }) => !terminator) || file.text[contentEnd - 1] === file.escapeMark;
  if (contentEnd === 0 || open || file.text.slice(contentEnd) === newline) return [];
  return [{ range: file.index.range(contentEnd, file.text.length), text: newline }];
}

function lineEnd(text: string, start: number): number {
  const newline = text.indexOf('\n', start);
  const end = newline < 0 ? text.length : newline;
  return end > start && text[end - 1] === '\r' ? end - 1 : end;
}

/** Starts of the lines that a stage begins with, its comments included, when another stage stands above. */
function blankLinesWanted(file: Dockerfile): ReadonlySet<number> {
  const { text, comments } = file;
  const starts = new Set<number>();
  let next = 0;
  let before: Instruction | undefined;
  for (const instruction of file.instructions) {
    while ((comments[next]?.start ?? text.length) < instruction.start) next++;
    if (instruction.kind === 'FROM' && before?.stage !== undefined) {
      const { end } = before;
      let first = instruction.start;
      for (let i = next - 1; i >= 0; i--) {
        const comment = comments[i];
        if (!comment || comment.start < end || !/^\r?\n[ \t]*$/.test(text.slice(comment.end, first))) break;
        first = comment.start;
      }
      starts.add(text.lastIndexOf('\n', first - 1) + 1);
    }
    before = instruction;
  }
  return starts;
}

function indentEdits(file: Dockerfile, options: FormatOptions): TextEdit[] {
  return file.instructions.flatMap((instruction) =>
    flushLines(file, instruction).map(({ start }: Span) => ({ range: file.index.range(start, start), text: unit(options) })),
  );
}
