import type { Dockerfile, Flag, FromInstruction, Instruction, Pair } from './model.ts';

const flagsOf: Readonly<Record<string, ReadonlySet<string>>> = {
  RUN: new Set(['mount', 'network', 'security', 'device']),
  COPY: new Set(['chmod', 'chown', 'exclude', 'from']),
  ADD: new Set(['chmod', 'chown', 'exclude']),
};

/**
 * True for an instruction in the everyday form of its grammar, about which a validator has nothing to say. It spares the
 * costly look at most of a file; false means only that a closer look is needed.
 */
export function isPlainlyValid(file: Dockerfile, instruction: Instruction): boolean {
  if (instruction.kind === 'ONBUILD') {
    const { trigger } = instruction;
    return trigger !== undefined && !/^(?:ONBUILD|FROM|MAINTAINER)$/.test(trigger.kind) && isPlainlyValid(file, trigger);
  }
  if (instruction.stage === undefined && (instruction.kind !== 'ARG' || file.stages.length === 0)) return false;
  if (instruction.heredocs.length > 0 || instruction.body.end <= instruction.body.start || !flagsArePlain(instruction)) return false;
  return isPlainBody(file, instruction, file.text.slice(instruction.body.start, instruction.body.end));
}

/** True when no instruction of a file needs a closer look, its FROMs included. */
export function isWhollyPlain(file: Dockerfile): boolean {
  if (file.stages.length === 0 || file.directives.some(({ name }) => name === 'escape')) return false;
  return file.instructions.every((instruction) =>
    instruction.kind === 'FROM' ? isPlainFrom(file, instruction) : isPlainlyValid(file, instruction),
  );
}

function isPlainBody(file: Dockerfile, instruction: Instruction, body: string): boolean {
  switch (instruction.kind) {
    case 'RUN':
      return !body.startsWith('[');
    case 'COPY':
    case 'ADD':
      return instruction.destination !== undefined && !/^\[|['"\\`]/.test(body) && instruction.sources.length > 0;
    case 'ENV':
    case 'LABEL':
      return file.escapeMark === '\\' && !/['\\`]/.test(joined(body)) && instruction.pairs.every(isPlainPair);
    case 'ARG':
      return !/['"\\`]/.test(body) && instruction.pairs.length === 1 && /^\w+(?:=\S*)?$/.test(body);
    case 'WORKDIR':
    case 'USER':
      return /^[\w./:$-]+$/.test(body);
    case 'EXPOSE':
      return /^[\w./:$ -]+$/.test(body);
    case 'VOLUME':
      return instruction.json ? instruction.words.length > 0 : /^[\w./$ -]+$/.test(body);
    case 'CMD':
    case 'ENTRYPOINT':
      return !body.startsWith('[') || (instruction.json && instruction.words.length > 0);
    case 'SHELL':
      return instruction.json && instruction.words.length > 0;
    default:
      return false;
  }
}

function joined(body: string): string {
  return body.replace(/\\[ \t]*\r?\n/g, ' ');
}

function flagsArePlain({ keyword, flags }: Instruction): boolean {
  if (flags.length === 0) return true;
  const known = flagsOf[keyword.value.toUpperCase()];
  const names = flags.map(({ name }: Flag) => name);
  return flags.every((flag) => known?.has(flag.name) && hasPlainValue(flag)) && noneTwice(names);
}

function hasPlainValue({ name, value }: Flag): boolean {
  if (value === undefined || value.text === '') return false;
  return name !== 'from' || /^[a-z0-9][\w./@:-]*$/i.test(value.text);
}

function noneTwice(names: readonly string[]): boolean {
  return names.every((name, i) => name === 'mount' || name === 'exclude' || names.indexOf(name) === i);
}

function isPlainPair({ name, value }: Pair): boolean {
  return /^[\w./-]+$/.test(name.text) && value !== undefined && /^(?:"[^"$]*"|[^"\s]*)$/.test(value.text);
}

const plainImage = /^[a-z0-9][a-z0-9._/-]*(?::\d+\/[a-z0-9._/-]+)?(?::\w[\w.-]*)?(?:@sha256:[0-9a-f]{64})?$/;

function isPlainFrom({ text }: Dockerfile, { image, as, name, flags, body }: FromInstruction): boolean {
  if (!image || !flags.every((flag) => flag.name === 'platform' && flag.value !== undefined && flag.value.text !== '')) return false;
  if (flags.length > 1 || !plainImage.test(image.text)) return false;
  const words = text.slice(body.start, body.end).split(/\s+/);
  if (words.length === 1) return true;
  return words.length === 3 && as !== undefined && name !== undefined && /^[a-z][a-z0-9._-]*$/i.test(name.value);
}
