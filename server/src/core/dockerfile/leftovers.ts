import type { CopyInstruction, Instruction, RunInstruction, Span, Stage } from './model.ts';
import { readArguments } from './options.ts';
import { empties } from './removals.ts';
import type { ShellCommand, ShellWord } from './shellModel.ts';

/** A file that an instruction puts into its layer. */
export interface Created {
  /** Absolute, or below `?` when the folder is not known. */
  readonly path: string;
  readonly instruction: Instruction;
  readonly by: Span;
  /** Large or secret by its name or origin: an archive, a package, a download, a key. */
  readonly heavy: boolean;
}

/** A path that a RUN deletes although an earlier layer holds it. */
export interface DeletedLater {
  readonly word: ShellWord;
  readonly run: RunInstruction;
  readonly created: Created;
}

const heavyName =
  /\.(?:tar(?:\.\w+)?|t[gbx]z2?|zip|gz|bz2|xz|zst|7z|deb|rpm|apk|jar|war|ear|whl|run|bin|iso|pem|key|p12|pfx|jks)$|(?:^|\/)(?:id_(?:rsa|dsa|ecdsa|ed25519)|\.npmrc|\.netrc|\.pypirc|\.git-credentials)$/i;

/** Follows what the stages of an image create, from the lowest to the target, and finds what a later RUN deletes. */
export function deletedLater(stages: readonly Stage[]): readonly DeletedLater[] {
  const created = new Map<string, Created>();
  const found: DeletedLater[] = [];
  const place = { folder: '?' };
  for (const instruction of stages.flatMap((stage) => stage.instructions)) {
    if (instruction.kind === 'WORKDIR') place.folder = resolved(place.folder, instruction.value?.value ?? '');
    else if (instruction.kind === 'COPY' || instruction.kind === 'ADD') {
      for (const file of copied(instruction, place.folder)) created.set(file.path, file);
    } else if (instruction.kind === 'RUN' && !instruction.json) {
      found.push(...deletions(instruction, place.folder, created));
      for (const file of downloaded(instruction, place.folder)) created.set(file.path, file);
    }
  }
  return found;
}

/** Joins and tidies; unknown parts stay unknown. */
function resolved(folder: string, path: string): string {
  if (path.includes('$')) return '?';
  const whole = path.startsWith('/') ? path : `${folder}/${path}`;
  const segments: string[] = [];
  for (const segment of whole.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return whole.startsWith('/') ? `/${segments.join('/')}` : segments.join('/');
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function copied(copy: CopyInstruction, folder: string): readonly Created[] {
  const destination = copy.destination?.value;
  if (destination === undefined || destination.includes('$')) return [];
  const intoFolder = /(?:^|\/)\.{0,2}$/.test(destination) || copy.sources.length > 1;
  return copy.sources.flatMap((source): Created[] => {
    const name = lastOf(source.value.replace(/\/$/, ''));
    if (/[*?$[]|<</.test(source.value) || name === '' || name === '.' || name === '..') return [];
    const path = resolved(folder, intoFolder ? `${destination}/${name}` : destination);
    return [{ path, instruction: copy, by: source, heavy: heavyName.test(source.value) || copy.kind === 'ADD' }];
  });
}

const wgetValues = new Set(['-O', '--output-document', '-P', '--directory-prefix', '-o', '-a', '-t', '-T', '--header', '-U', '-e']);
const curlValues = new Set([
  '-o',
  '--output',
  '-H',
  '--header',
  '-u',
  '--user',
  '-d',
  '--data',
  '-X',
  '--retry',
  '-m',
  '-A',
  '--connect-timeout',
  '--output-dir',
]);

/** What curl and wget save under a name that is told. */
function downloaded(run: RunInstruction, folder: string): readonly Created[] {
  let here = folder;
  return run.script.commands.flatMap((command): Created[] => {
    if (command.name === 'cd') here = command.words[1]?.literal ? resolved(here, command.words[1].value) : '?';
    const path = savedAs(command);
    if (path === undefined || path === '-' || path.includes('$') || path.startsWith('/dev/')) return [];
    const whole = resolved(here, path);
    if (run.scratch.some((target) => empties(target, whole))) return [];
    return [{ path: whole, instruction: run, by: command, heavy: true }];
  });
}

function savedAs({ name, words }: ShellCommand): string | undefined {
  if (name !== 'curl' && name !== 'wget') return undefined;
  const { plain, options } = readArguments(words.slice(1), name === 'curl' ? curlValues : wgetValues);
  const address = plain.find(({ value }) => /^\w+:\/\//.test(value));
  const fromAddress = address?.literal ? lastOf(address.value.replace(/[?#].*$/, '')) : undefined;
  if (name === 'wget') {
    const output = options.find((option) => /^(?:-O|--output-document)$/.test(option.name))?.value ?? bundled(words, /^-[a-zA-Z]*O$/);
    return output ?? (options.some((option) => /^(?:-P|--directory-prefix)$/.test(option.name)) ? undefined : fromAddress);
  }
  const output = options.find((option) => /^(?:-o|--output)$/.test(option.name))?.value ?? bundled(words, /^-[a-zA-Z]+o$/);
  return output ?? (options.some((option) => /^--remote-name$|^-[a-zA-Z]*O/.test(option.name)) ? fromAddress : undefined);
}

/** The word behind a bundle of short options that ends with the one that takes it. */
function bundled(words: readonly ShellWord[], pattern: RegExp): string | undefined {
  const at = words.findIndex(({ value }) => pattern.test(value));
  return at < 0 ? undefined : words[at + 1]?.value;
}

function deletions(run: RunInstruction, folder: string, created: Map<string, Created>): readonly DeletedLater[] {
  if (created.size === 0) return [];
  let here = folder;
  return run.script.commands.flatMap((command): DeletedLater[] => {
    if (command.name === 'cd') here = command.words[1]?.literal ? resolved(here, command.words[1].value) : '?';
    if (command.name !== 'rm') return [];
    return command.words.slice(1).flatMap((word): DeletedLater[] => {
      if (word.value.startsWith('-') || !word.literal || /[{?[]/.test(word.value)) return [];
      const path = resolved(here, word.value.replace(/\/\*$/, ''));
      if (path === '/' || path === '?' || path.includes('*')) return [];
      const file =
        created.get(path) ?? (created.size <= 500 ? [...created.values()].find((other) => empties(path, other.path)) : undefined);
      if (!file) return [];
      created.delete(file.path);
      return [{ word, run, created: file }];
    });
  });
}
