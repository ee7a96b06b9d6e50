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
  /\.(?:tar(?:\.\w+)?|t[gbx]z2?|zip|gz|bz2|xz|zst|7z|deb|rpm|apk|jar|war|ear|whl|run|bin|iso|pem|(?<!gpg[^/]*|sign[^/]*|release[^/]*|repo[^/]*|archive[^/]*)key|p12|pfx|jks)$|(?:^|\/)(?:id_(?:rsa|dsa|ecdsa|ed25519)|\.npmrc|\.netrc|\.pypirc|\.git-credentials)$/i;

/** Follows what the stages of an image create, from the lowest to the target, and finds what a later RUN deletes. */
export function deletedLater(stages: readonly Stage[]): readonly DeletedLater[] {
  const created = new Map<string, Created>();
  const found: DeletedLater[] = [];
  const place = { folder: '?' };
  for (const instruction of stages.flatMap((stage) => stage.instructions)) {
    if (instruction.kind === 'WORKDIR') place.folder = resolved(place.folder, instruction.value?.value ?? '');
    else if (instruction.kind === 'COPY' || instruction.kind === 'ADD') {
      for (const file of copied(instruction, place.folder)) created.set(file.path, file);
    } else if (instruction.kind === 'RUN' && !instruction.json) found.push(...followRun(instruction, place.folder, created));
  }
  return found;
}

/** What a RUN deletes of earlier layers; what it brings itself and keeps is known from then on. */
function followRun(run: RunInstruction, folder: string, created: Map<string, Created>): readonly DeletedLater[] {
  const own = new Map<string, Created>();
  const found: DeletedLater[] = [];
  let here = folder;
  for (const command of run.script.commands) {
    if (command.name === 'cd') here = command.words[1]?.literal ? resolved(here, command.words[1].value) : '?';
    const file = downloadOf(command, run, here);
    if (file) {
      // What is written anew is no longer the earlier file.
      created.delete(file.path);
      own.set(file.path, file);
    }
    if (command.name === 'rm' || command.name === 'mv') found.push(...takeAway(command, run, here, own, created));
  }
  for (const [path, file] of own) created.set(path, file);
  return found;
}

function downloadOf(command: ShellCommand, run: RunInstruction, here: string): Created | undefined {
  const saved = savedAs(command);
  if (saved === undefined || saved === '-' || saved.includes('$') || saved.startsWith('/dev/')) return undefined;
  const path = resolved(here, saved);
  if (run.scratch.some((target) => empties(target, path))) return undefined;
  return { path, instruction: run, by: command, heavy: true };
}

/** Forgets what a command deletes or moves; tells what an earlier layer keeps all the same. */
function takeAway(
  command: ShellCommand,
  run: RunInstruction,
  here: string,
  own: Map<string, Created>,
  created: Map<string, Created>,
): readonly DeletedLater[] {
  return command.words.slice(1).flatMap((word): DeletedLater[] => {
    const target = deletedPath(word, here);
    if (target === undefined) return [];
    for (const path of own.keys()) if (empties(target, path)) own.delete(path);
    const file = command.name === 'rm' ? fileBelow(target, created) : undefined;
    if (!file) return [];
    created.delete(file.path);
    return [{ word, run, created: file }];
  });
}

/** The path that a word of rm names, without a last star; undefined when it is no path or not told. */
function deletedPath(word: ShellWord, here: string): string | undefined {
  if (word.value.startsWith('-') || !word.literal || /[{?[]/.test(word.value)) return undefined;
  const path = resolved(here, word.value.replace(/\/\*$/, ''));
  return path === '/' || path === '?' || path.includes('*') ? undefined : path;
}

function fileBelow(path: string, created: ReadonlyMap<string, Created>): Created | undefined {
  const exact = created.get(path);
  return exact ?? (created.size <= 500 ? [...created.values()].find((other) => empties(path, other.path)) : undefined);
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
    return [{ path, instruction: copy, by: source, heavy: heavyName.test(source.value.slice(-200)) || copy.kind === 'ADD' }];
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

/** The name under which curl or wget save a download, as far as it is told. */
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
