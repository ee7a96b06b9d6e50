import type { Dockerfile, Flag, Instruction } from './model.ts';

const flagsOf: Readonly<Record<string, ReadonlySet<string>>> = {
  RUN: new Set(['mount', 'network', 'security', 'device']),
  COPY: new Set(['chmod', 'chown', 'exclude']),
};

/**
 * True for an instruction in the everyday form of its grammar, about which a validator has nothing to say. It spares the
 * costly look at most of a file; false means only that a closer look is needed.
 */
export function isPlainlyValid(file: Dockerfile, instruction: Instruction): boolean {
  if (instruction.stage === undefined || instruction.heredocs.length > 0) return false;
  const body = file.text.slice(instruction.body.start, instruction.body.end);
  if (body === '' || /\n[ \t]*\r?(?:\n|$)/.test(body) || !flagsArePlain(instruction)) return false;
  switch (instruction.kind) {
    case 'RUN':
      return !body.startsWith('[');
    case 'COPY':
      return isPlainCopy(body, instruction.sources.length, instruction.destination?.value);
    case 'ENV':
    case 'LABEL':
      return (
        !/['\\`]/.test(body) && instruction.pairs.every(({ name, value }) => /^[\w./-]+$/.test(name.text) && isPlainValue(value?.text))
      );
    case 'ARG':
      return !/['"\\`]/.test(body) && instruction.pairs.length === 1 && /^\w+(?:=\S*)?$/.test(body);
    case 'WORKDIR':
    case 'USER':
      return /^[\w./:-]+$/.test(body);
    case 'CMD':
    case 'ENTRYPOINT':
      return instruction.json && instruction.words.length > 0;
    default:
      return false;
  }
}

function flagsArePlain({ keyword, flags }: Instruction): boolean {
  const known = flagsOf[keyword.value.toUpperCase()];
  const names = flags.map(({ name }: Flag) => name);
  return flags.every((flag) => known?.has(flag.name) && flag.value !== undefined && flag.value.text !== '') && noneTwice(names);
}

function noneTwice(names: readonly string[]): boolean {
  return names.every((name, i) => name === 'mount' || name === 'exclude' || names.indexOf(name) === i);
}

function isPlainCopy(body: string, sources: number, destination: string | undefined): boolean {
  if (destination === undefined || /^\[|['"\\`$]/.test(body)) return false;
  return sources === 1 || /\/$|^\.{1,2}$/.test(destination);
}

function isPlainValue(text: string | undefined): boolean {
  return text !== undefined && /^(?:"[^"$]*"|[^"\s]*)$/.test(text);
}
