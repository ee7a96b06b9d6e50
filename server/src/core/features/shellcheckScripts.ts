/** The shell scripts of a Dockerfile as ShellCheck is to see them: each character of a body stands for one of the file. */
import { findImage } from '../dockerfile/catalogue.ts';
import { type RawInstruction, scanLines } from '../dockerfile/lines.ts';
import type { Dockerfile, Heredoc, Instruction, RunInstruction, Stage } from '../dockerfile/model.ts';
import { pragmaShell } from '../dockerfile/pragmas.ts';
import type { Standards } from '../standards/model.ts';

/** The shells that ShellCheck knows in all its versions; BusyBox' ash is judged as dash, as ShellCheck itself does. */
export type ShellDialect = 'sh' | 'bash' | 'dash' | 'ksh';

/** The body of one RUN. */
export interface ShellCheckScript {
  readonly dialect: ShellDialect;
  /** Whole lines in front of the body: what the file says about the shell and the variables at that point. */
  readonly header: string;
  /** As long as the file's text from `base`; what Docker does not give to the shell is blank. */
  readonly body: string;
  /** Offset of the body's first character in the file. */
  readonly base: number;
  /** False where ENV and ARG are not known: in triggers of ONBUILD, and where other files are sourced. */
  readonly variablesKnown: boolean;
}

/** Longer bodies are not looked at: they are no commands that people wrote. */
const maxBody = 100_000;
const maxScripts = 300;
const alwaysSet = ['http_proxy', 'https_proxy', 'ftp_proxy', 'no_proxy', 'all_proxy'];
/** Variables that mean something to the shell: a value in the header would be judged itself. */
const shellsOwn = /^(?:PATH|IFS|PS\d|BASH\w*|_)$/;

interface Around {
  readonly file: Dockerfile;
  readonly raws: ReadonlyMap<number, RawInstruction>;
}

interface State {
  readonly names: Set<string>;
  /** Words of SHELL, or what the image's own is. */
  shell: readonly string[];
}

/** The bodies of all RUNs in shell form; PowerShell, cmd, programs in JSON form and shells that ShellCheck does not know are left out. */
export function shellCheckScripts(file: Dockerfile, standards?: Standards): readonly ShellCheckScript[] {
  if (file.stages.length === 0) return [];
  const around = { file, raws: new Map(scanLines(file.text).instructions.map((raw) => [raw.start, raw])) };
  const ends: State[] = [];
  const scripts: ShellCheckScript[] = [];
  for (const stage of file.stages) {
    const state = startOf(stage, ends, standards);
    let at = stage.from.start;
    for (const instruction of stage.instructions) {
      if (scripts.length >= maxScripts) return scripts;
      takeComments(file, at, instruction.start, state);
      at = instruction.start;
      apply(instruction, state);
      const script = scriptOf(around, instruction, state);
      if (script) scripts.push(script);
    }
    ends.push(state);
  }
  return scripts;
}

function startOf(stage: Stage, ends: readonly State[], standards: Standards | undefined): State {
  const parent = stage.parent && ends[stage.parent.index];
  if (parent) return { names: new Set(parent.names), shell: parent.shell };
  const image = stage.from.image?.resolved ?? '';
  const env = findImage(standards, image)?.image.config?.env ?? {};
  return { names: new Set([...alwaysSet, ...Object.keys(env)]), shell: [defaultShell(image)] };
}

/** What `/bin/sh` is in the images of well-known distributions; POSIX' shell where that is not plain. */
function defaultShell(image: string): string {
  const name = image.replace(/@.*$/, '').toLowerCase();
  if (/(?:^|[/:-])(?:alpine|busybox)/.test(name)) return 'ash';
  return /(?:^|\/)(?:fedora|centos|rockylinux|almalinux|oraclelinux|amazonlinux|archlinux|ubi\d*|opensuse)(?:[:/-]|$)/.test(name)
    ? 'bash'
    : 'sh';
}

/** `# hadolint shell=…` between two instructions. */
function takeComments(file: Dockerfile, from: number, to: number, state: State): void {
  for (const comment of file.comments) {
    if (comment.start >= to) return;
    const shell = comment.start >= from ? pragmaShell(comment) : undefined;
    if (shell !== undefined) state.shell = [shell];
  }
}

function apply(instruction: Instruction, state: State): void {
  if (instruction.kind === 'SHELL') state.shell = instruction.words.map(({ value }) => value);
  if (instruction.kind === 'ENV' || instruction.kind === 'ARG') for (const { name } of instruction.pairs) state.names.add(name.value);
}

function scriptOf(around: Around, outer: Instruction, { names, shell }: State): ShellCheckScript | undefined {
  const trigger = outer.kind === 'ONBUILD';
  const run = trigger ? outer.trigger : outer;
  const raw = around.raws.get(outer.start);
  if (run?.kind !== 'RUN' || !raw || run.json || run.script.scopes.length === 0) return undefined;
  const { body, base, interpreter } = bodyOf(around.file, run, raw);
  const dialect = dialectOf(interpreter ?? shell[0] ?? '');
  if (!dialect || body.trim() === '' || body.length > maxBody) return undefined;
  const lines = [disabledBy(around.file, outer), optionsOf(interpreter === undefined ? shell : []), exportsOf(names)];
  const header = lines.filter((line) => line !== '').map((line) => `${line}\n`);
  return {
    dialect,
    header: header.join(''),
    body,
    base,
    variablesKnown: !trigger && !run.script.commands.some(({ name }) => name === '.' || name === 'source'),
  };
}

function dialectOf(shell: string): ShellDialect | undefined {
  const name = /(?:^|[/\\])([a-z]+)(?:\.exe)?$/i.exec(shell)?.[1]?.toLowerCase() ?? '';
  const known: Readonly<Record<string, ShellDialect>> = { sh: 'sh', bash: 'bash', dash: 'dash', ash: 'dash', ksh: 'ksh', mksh: 'ksh' };
  return Object.hasOwn(known, name) ? known[name] : undefined;
}

interface Body {
  readonly body: string;
  readonly base: number;
  /** The program that a heredoc's first line names. */
  readonly interpreter?: string;
}

function bodyOf({ text }: Dockerfile, run: RunInstruction, raw: RawInstruction): Body {
  const base = run.body.start;
  const code = raw.code.slice(base - raw.start);
  const [only, ...more] = run.heredocs;
  if (only && more.length === 0 && isAlone(code, base, only)) return heredocBody(text, only);
  const tail = run.heredocs.length > 0 ? text.slice(raw.headEnd, raw.end).replaceAll('\r', ' ') : '';
  return { body: code + tail, base };
}

function isAlone(code: string, base: number, { operator }: Heredoc): boolean {
  return (code.slice(0, operator.start - base) + code.slice(operator.end - base)).trim() === '';
}

function heredocBody(text: string, { body }: Heredoc): Body {
  const written = text.slice(body.start, body.end).replaceAll('\r', ' ');
  const shebang = /^\s*#!\s*(\S+)(?:[ \t]+(\S+))?[^\n]*/.exec(written);
  if (!shebang) return { body: written, base: body.start };
  const [line, program = '', argument] = shebang;
  const interpreter = program.endsWith('/env') && argument ? argument : program;
  return { body: line.replace(/[^\n]/g, ' ') + written.slice(line.length), base: body.start, interpreter };
}

/** `# shellcheck disable=…` above the instruction or between its lines counts for the whole of it: Docker takes such lines away. */
function disabledBy(file: Dockerfile, instruction: Instruction): string {
  const before = file.instructions.findLast(({ end }) => end <= instruction.start)?.end ?? 0;
  const codes = file.comments.flatMap(({ start, text }) => {
    if (start < before || start > instruction.headEnd) return [];
    return /^shellcheck\s+disable=((?:all|SC\d{4}(?:-SC\d{4})?)(?:,(?:SC\d{4}(?:-SC\d{4})?))*)(?:\s|$)/.exec(text)?.[1] ?? [];
  });
  return codes.length > 0 ? `# shellcheck disable=${codes.join(',')}` : '';
}

/** What the options of SHELL switch on in every RUN. */
function optionsOf(words: readonly string[]): string {
  const flags = words.slice(1).filter((word) => /^-[a-z]+$/i.test(word));
  const set = [
    ...(flags.some((flag) => flag.includes('e')) ? ['-e'] : []),
    ...(flags.some((flag) => flag.includes('u')) ? ['-u'] : []),
    ...(words.includes('pipefail') && words.some((word) => /bash|ksh/.test(word)) ? ['-o pipefail'] : []),
  ];
  return set.length > 0 ? `set ${set.join(' ')}` : '';
}

/**
 * ENV and ARG as plain words. A value with blanks is there to be split, and the value of an ARG is the builder's choice: neither is a
 * reason for quotes.
 */
function exportsOf(names: ReadonlySet<string>): string {
  const known = [...names].filter((name) => /^[A-Za-z_]\w*$/.test(name) && !shellsOwn.test(name));
  return known.length > 0 ? `export ${known.map((name) => `${name}=1`).join(' ')}` : '';
}
