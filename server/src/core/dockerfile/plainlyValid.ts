import type { CopyInstruction, Dockerfile, Flag, FromInstruction, Instruction, Pair } from './model.ts';

/** Names of flags with the values that need no closer look; `bare` ones may stand without a value. */
type Flags = Readonly<Record<string, RegExp>>;
const anything = /./s;
const bare = /^$/;
const boolean = /^(?:true|false)?$/;
const duration = /^[1-9]\d{0,5}[smh]$/;
const source = /^[a-z0-9][\w./@:-]*$/i;

const flagsOf: Readonly<Record<string, Flags>> = {
  RUN: { mount: anything, network: anything, security: anything, device: anything },
  COPY: { chmod: anything, chown: anything, exclude: anything, from: source, link: bare, parents: bare },
  ADD: { chmod: anything, chown: anything, exclude: anything, checksum: anything, link: bare, unpack: boolean, 'keep-git-dir': boolean },
  HEALTHCHECK: { interval: duration, timeout: duration, 'start-period': duration, 'start-interval': duration, retries: /^[1-9]\d{0,4}$/ },
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
  if (instruction.body.end <= instruction.body.start || !flagsArePlain(instruction) || !heredocsArePlain(instruction)) return false;
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
      return !body.startsWith('[') || (instruction.json !== undefined && instruction.json.length > 0);
    case 'COPY':
    case 'ADD':
      return instruction.destination !== undefined && instruction.sources.length > 0 && arePlainPaths(instruction, body);
    case 'ENV':
    case 'LABEL':
      return file.escapeMark === '\\' && !/['\\`]/.test(joined(body)) && instruction.pairs.every(isPlainPair);
    case 'ARG':
      return plainArguments.test(body);
    case 'WORKDIR':
    case 'USER':
      return plainPath.test(body);
    case 'EXPOSE':
      return /^[\w./:$ -]+$/.test(body);
    case 'VOLUME':
      return instruction.json ? instruction.words.length > 0 : /^[\w./$ -]+$/.test(body);
    case 'CMD':
    case 'ENTRYPOINT':
      return !body.startsWith('[') || (instruction.json && instruction.words.length > 0);
    case 'SHELL':
      return instruction.json && instruction.words.length > 0;
    case 'HEALTHCHECK':
      return /^(?:NONE|CMD[ \t]+(?:[^[\s\\`][^\n\\`]*|\["[^"\\\n]*"(?:, *"[^"\\\n]*")*\]))$/.test(body);
    case 'STOPSIGNAL':
      return /^SIG(?:TERM|INT|QUIT|KILL|HUP|USR1|USR2|WINCH)$/.test(body);
    case 'MAINTAINER':
      return /^[\w<>@., "-]+$/.test(body);
    default:
      return false;
  }
}

/** A variable without a modifier, as far as what follows is not said by the letters of a word. */
const use = String.raw`\$\w|\$\{\w+\}`;
const plainPath = new RegExp(`^(?:(?:[\\w./:-]|${use})+|"(?:[\\w./:-]|${use})+")$`);
const argument = String.raw`\w+(?:=(?:[^\s'"\\\x60]*|"(?:[^"'$\\\x60\n]|${use})*"))?`;
const plainArguments = new RegExp(`^${argument}(?:[ \\t]+${argument})*$`);
const plainValue = new RegExp(`^(?:"(?:[^"$]|${use})*"|[^"\\s]*)$`);

/** How a heredoc begins: quotes may be part of it. */
const operator = /<<-?(["']?)[A-Za-z_]\w*\1(?=\s)/g;

/** Words without quotes, or the strings of an array. */
function arePlainPaths({ sources, destination }: CopyInstruction, body: string): boolean {
  if (body.startsWith('[')) return [...sources, destination].every((word) => word?.text.startsWith('"'));
  return !/['"\\`]/.test(body.replace(operator, ''));
}

function heredocsArePlain({ kind, heredocs }: Instruction): boolean {
  return heredocs.length === 0 || (/^(?:RUN|COPY|ADD)$/.test(kind) && heredocs.every(({ terminator }) => terminator !== undefined));
}

function joined(body: string): string {
  return body.replace(/\\[ \t]*\r?\n/g, ' ');
}

function flagsArePlain({ keyword, flags }: Instruction): boolean {
  if (flags.length === 0) return true;
  const name = keyword.value.toUpperCase();
  const known = Object.hasOwn(flagsOf, name) ? flagsOf[name] : undefined;
  return known !== undefined && flags.every((flag) => hasPlainValue(flag, known)) && noneTwice(flags.map(({ name: own }) => own));
}

function hasPlainValue({ name, value }: Flag, known: Flags): boolean {
  const allowed = Object.hasOwn(known, name) ? known[name] : undefined;
  if (!allowed || value?.text === '') return false;
  return allowed.test(value?.text ?? '');
}

function noneTwice(names: readonly string[]): boolean {
  return names.every((name, i) => name === 'mount' || name === 'exclude' || names.indexOf(name) === i);
}

function isPlainPair({ name, value }: Pair): boolean {
  return /^(?:[\w./-]+|"[\w./-]+")$/.test(name.text) && value !== undefined && plainValue.test(value.text);
}

const plainImage = /^[a-z0-9][a-z0-9._/-]*(?::\d+\/[a-z0-9._/-]+)?(?::\w[\w.-]*)?(?:@sha256:[0-9a-f]{64})?$/;

const openImage = new RegExp(`^(?:[\\w./:@-]|${use})+$`);

function isPlainFrom({ text }: Dockerfile, { image, as, name, flags, body }: FromInstruction): boolean {
  if (!image || !flags.every((flag) => flag.name === 'platform' && flag.value !== undefined && flag.value.text !== '')) return false;
  if (flags.length > 1 || !(image.variables.length > 0 ? openImage : plainImage).test(image.text)) return false;
  const words = text.slice(body.start, body.end).split(/\s+/);
  if (words.length === 1) return true;
  return words.length === 3 && as !== undefined && name !== undefined && /^[a-z][a-z0-9._-]*$/i.test(name.value);
}
