import type { Dockerfile, Instruction } from './model.ts';

/** True when two files say the same: the same instructions with the same words, whatever blanks, comments and case they have. */
export function sameMeaning(a: Dockerfile, b: Dockerfile): boolean {
  return meaningOf(a) === meaningOf(b);
}

/** A text that is equal for files that build the same. */
export function meaningOf(file: Dockerfile): string {
  const head = file.directives.map(({ name, value }) => [name, value.value]);
  return JSON.stringify([file.escapeMark, head, file.instructions.map((instruction) => partsOf(file, instruction))]);
}

function partsOf(file: Dockerfile, instruction: Instruction): readonly unknown[] {
  const { kind, keyword, flags, heredocs } = instruction;
  const options = flags.map(({ name, value }) => [name, value?.value]);
  const bodies = heredocs.map(({ name, body, chomp, expand }) => [name, file.text.slice(body.start, body.end), chomp, expand]);
  return [kind, keyword.value.toUpperCase(), options, bodies, detailOf(file, instruction)];
}

function detailOf(file: Dockerfile, instruction: Instruction): unknown {
  switch (instruction.kind) {
    case 'FROM':
      return [instruction.image?.text, instruction.name?.value];
    case 'ENV':
    case 'ARG':
    case 'LABEL':
      return instruction.pairs.map(({ name, value }) => [name.value, value?.value]);
    case 'COPY':
    case 'ADD':
      return [instruction.sources.map(({ value }) => value), instruction.destination?.value];
    case 'USER':
    case 'WORKDIR':
    case 'STOPSIGNAL':
    case 'MAINTAINER':
      return instruction.value?.value;
    case 'RUN':
      return instruction.json?.map(({ value }) => value) ?? shellText(file, instruction);
    case 'ONBUILD':
      return instruction.trigger && partsOf(file, instruction.trigger);
    case 'unknown':
      return shellText(file, instruction);
    default:
      return instruction.json ? instruction.words.map(({ value }) => value) : shellText(file, instruction);
  }
}

/** What the shell gets: continuations joined, comment lines left out; blanks outside of quotes count once. */
function shellText(file: Dockerfile, { body }: Instruction): string {
  const lines: string[] = [];
  for (const line of file.text.slice(body.start, body.end).split(/\r?\n/)) {
    if (lines.length > 0 && /^\s*(?:#|$)/.test(line)) continue;
    lines.push(line.trimEnd().endsWith(file.escapeMark) ? line.trimEnd().slice(0, -1) : line);
  }
  return outsideQuotes(lines.join(''));
}

/** Quoted parts, escaped characters and everything else: only in the last do blanks shrink. */
function outsideQuotes(text: string): string {
  const part = /'[^']*(?:'|$)|"(?:\\.|[^"\\])*(?:"|$)|\\.|[ \t]+/gs;
  return text.replace(part, (match) => (/^[ \t]/.test(match) ? ' ' : match)).trim();
}
