import { lineIndex } from '../text/lineIndex.ts';
import { typedInstruction } from './instructions.ts';
import { scanLines } from './lines.ts';
import type { Comment, Dockerfile, FromInstruction, Instruction, PairInstruction, Stage } from './model.ts';
import { pragmaShell } from './pragmas.ts';
import { refusalOf } from './refusal.ts';
import { parseShell } from './shell.ts';
import type { ShellMemory } from './shellMemory.ts';
import { expand } from './variables.ts';

/** Platform ARGs that BuildKit defines before the first FROM; their values are not known offline. */
export const platformArgs: readonly string[] = [
  ...['TARGETPLATFORM', 'TARGETOS', 'TARGETARCH', 'TARGETVARIANT', 'BUILDPLATFORM', 'BUILDOS', 'BUILDARCH', 'BUILDVARIANT'],
];

/** Longer texts (UTF-16 units) are not read: they are no Dockerfiles, and would only cost time. */
export const maxLength = 2_000_000;

/**
 * Reads a Dockerfile. Never throws; time is linear in the length of the text. What is no text, or longer than `maxLength`, has
 * no instructions.
 * @param memory what is known of the version before
 */
export function parseDockerfile(uri: string, text: string, memory?: ShellMemory): Dockerfile {
  const scanned = scanLines(text.length > maxLength || refusalOf(text) !== undefined ? '' : text);
  const globalArgs = new Map<string, string | undefined>();
  const globalArg = (name: string) => globalArgs.get(name);
  const instructions: Instruction[] = [];
  const stages = new StageList();
  const named = shellPragmas(scanned.comments);
  for (const raw of scanned.instructions) {
    for (let next = named[0]; next && next.at < raw.start; next = named[0]) {
      stages.nameShell(next.shell);
      named.shift();
    }
    const starts = /^(?:\\?\s)*from(?=[\s\\]|$)/i.test(raw.code);
    const stage = starts ? stages.count : stages.current;
    const posix = starts || stages.posix(scanned.escapeMark);
    const instruction = typedInstruction(raw, {
      text,
      escapeMark: scanned.escapeMark,
      posix,
      globalArg,
      parseShell: memory?.parse ?? parseShell,
      ...(stage === undefined ? {} : { stage }),
    });
    instructions.push(instruction);
    if (instruction.kind === 'FROM') stages.open(instruction);
    else if (stages.current !== undefined) stages.add(instruction);
    else if (instruction.kind === 'ARG') defineGlobals(instruction, globalArgs, scanned.escapeMark);
  }
  return {
    uri,
    text,
    index: lineIndex(text),
    escapeMark: scanned.escapeMark,
    directives: scanned.directives,
    comments: scanned.comments,
    instructions,
    stages: stages.list,
    globalArgs,
  };
}

function defineGlobals(instruction: PairInstruction, globals: Map<string, string | undefined>, escapeMark: string): void {
  for (const { name, value } of instruction.pairs) {
    globals.set(name.value, value ? expand(value.text, (other) => globals.get(other), escapeMark).value : globals.get(name.value));
  }
}

function shellPragmas(comments: readonly Comment[]): { readonly at: number; readonly shell: string }[] {
  return comments.flatMap((comment) => {
    const shell = pragmaShell(comment);
    return shell === undefined ? [] : [{ at: comment.start, shell }];
  });
}

interface OpenStage extends Stage {
  readonly instructions: Instruction[];
  span: { start: number; end: number };
  shell?: string;
}

/** Images whose default shell is cmd: Windows itself, and what its makers and Docker build on it. */
const windowsImage = /(?:^|[/:-])(?:windows|windowsservercore|servercore|nanoserver)(?:[/:@-]|$)/i;

/** True when the stage stands on an image of Windows. */
export function onWindows(stage: Stage): boolean {
  for (let at: Stage | undefined = stage; at; at = at.parent) {
    if (!at.parent) return windowsImage.test(at.from.image?.resolved ?? '');
  }
  return false;
}

/** Collects stages while the file is read. */
class StageList {
  readonly list: OpenStage[] = [];
  private readonly byName = new Map<string, OpenStage>();

  get count(): number {
    return this.list.length;
  }

  get current(): number | undefined {
    return this.list.length === 0 ? undefined : this.list.length - 1;
  }

  open(from: FromInstruction): void {
    const parent = this.byName.get(from.image?.resolved?.toLowerCase() ?? '');
    const name = from.name?.value;
    const stage: OpenStage = {
      index: this.list.length,
      from,
      instructions: [from],
      span: { start: from.start, end: from.end },
      ...(name ? { name } : {}),
      ...(parent ? { parent } : {}),
      ...(parent?.shell === undefined ? {} : { shell: parent.shell }),
    };
    this.list.push(stage);
    if (name) this.byName.set(name.toLowerCase(), stage);
  }

  add(instruction: Instruction): void {
    const stage = this.list.at(-1);
    if (!stage) return;
    stage.instructions.push(instruction);
    stage.span = { start: stage.span.start, end: instruction.end };
    if (instruction.kind === 'SHELL') stage.shell = instruction.words[0]?.value ?? '';
  }

  /** A comment tells the shell of the stage: the image's own is not written in the file. */
  nameShell(shell: string): void {
    const stage = this.list.at(-1);
    if (stage) stage.shell = shell;
  }

  /** False for cmd and PowerShell: told by SHELL, or by the backtick escapeMark that Windows files use. */
  posix(escapeMark: string): boolean {
    const stage = this.list.at(-1);
    const shell = stage?.shell;
    if (shell === undefined) return escapeMark === '\\' && !(stage && onWindows(stage));
    return /(?:^|[/\\])(?:ba|da|a|k|z|mk)?sh(?:\.exe)?$/.test(shell);
  }
}
