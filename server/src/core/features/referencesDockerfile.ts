import type { Location, Position, Range } from '../../protocol.ts';
import type { Dockerfile, Span } from '../dockerfile/model.ts';
import { platformArgs } from '../dockerfile/parse.ts';
import { sameVariable, variableOccurrences } from '../dockerfile/variableOccurrences.ts';
import type { TextEdit } from '../text/edits.ts';
import { entriesAt } from '../yaml/tree.ts';
import { imageUses, type ParseFile } from './imageUses.ts';
import { type DockerfileSubject, stageOccurrences, subjectAt } from './subjectDockerfile.ts';
import type { Workspace } from './workspace.ts';

/** A place in the same file, for highlighting: `write` where the thing is declared. */
export interface Highlight {
  readonly range: Range;
  readonly kind: 'read' | 'write';
}

/** Why a word cannot be renamed, or what is renamed. */
export type RenameTarget = { readonly range: Range; readonly placeholder: string } | { readonly refusal: string };

interface Occurrence extends Span {
  readonly role: 'definition' | 'use';
  readonly byNumber: boolean;
}

function occurrencesOf(file: Dockerfile, subject: DockerfileSubject): readonly Occurrence[] {
  if (subject.kind === 'stage') return stageOccurrences(file, subject.stage);
  if (subject.kind === 'variable') {
    return sameVariable(file, subject.occurrence).map(({ span, role }) => ({ start: span.start, end: span.end, role, byNumber: false }));
  }
  return [];
}

/** Every use of the stage, variable or image under the cursor; images across all files of the workspace. */
export function dockerfileReferences(
  file: Dockerfile,
  workspace: Workspace,
  parse: ParseFile,
  position: Position,
  withDeclaration: boolean,
): readonly Location[] {
  const subject = subjectAt(file, workspace, file.index.offsetAt(position));
  if (!subject) return [];
  if (subject.kind === 'image')
    return [...(withDeclaration ? [subject.image.location] : []), ...imageUses(workspace, parse, subject.image)];
  const own = occurrencesOf(file, subject)
    .filter(({ role }) => withDeclaration || role === 'use')
    .map(({ start, end }) => ({ uri: file.uri, range: file.index.range(start, end) }));
  return [...own, ...givenByManifest(file, workspace, subject)];
}

/** The keys of `build.args` that give a value to an ARG. */
function givenByManifest(file: Dockerfile, workspace: Workspace, subject: DockerfileSubject): readonly Location[] {
  if (subject.kind !== 'variable') return [];
  const { occurrence } = subject;
  const isArgument = sameVariable(file, occurrence).some(({ role, instruction }) => role === 'definition' && instruction.kind === 'ARG');
  const service = isArgument ? workspace.serviceForDockerfile(file.uri) : undefined;
  if (!service) return [];
  return entriesAt(service.root, 'build', 'args').flatMap(({ key, keyRange }) =>
    key === occurrence.name ? [{ uri: service.uri, range: keyRange }] : [],
  );
}

export function dockerfileHighlights(file: Dockerfile, workspace: Workspace, position: Position): readonly Highlight[] {
  const subject = subjectAt(file, workspace, file.index.offsetAt(position));
  if (!subject) return [];
  return occurrencesOf(file, subject).map(({ start, end, role }) => ({
    range: file.index.range(start, end),
    kind: role === 'definition' ? 'write' : 'read',
  }));
}

/** What a rename would start from; undefined where nothing has a name. */
export function renameTarget(file: Dockerfile, workspace: Workspace, position: Position): RenameTarget | undefined {
  const subject = subjectAt(file, workspace, file.index.offsetAt(position));
  if (!subject || subject.kind === 'image') return undefined;
  if (subject.kind === 'variable' && platformArgs.includes(subject.occurrence.name))
    return { refusal: 'Docker itself gives this variable its name.' };
  const named = occurrencesOf(file, subject);
  if (!named.some(({ role }) => role === 'definition')) {
    return { refusal: subject.kind === 'stage' ? 'This stage has no name.' : 'This variable is declared outside of this file.' };
  }
  const here = named.find(({ start }) => start === subject.span.start);
  if (here?.byNumber) return { refusal: 'The stage is meant by its number or through a variable here; rename it at its name.' };
  const { start, end } = subject.span;
  return { range: file.index.range(start, end), placeholder: file.text.slice(start, end) };
}

/** The edits of a rename in this file and in the manifest, or why there are none. */
export function renameEdits(
  file: Dockerfile,
  workspace: Workspace,
  position: Position,
  name: string,
): { readonly edits: readonly TextEdit[]; readonly elsewhere: readonly Location[] } | { readonly refusal: string } {
  const target = renameTarget(file, workspace, position);
  const subject = subjectAt(file, workspace, file.index.offsetAt(position));
  if (!target || !subject) return { refusal: 'Nothing here has a name that could be changed.' };
  if ('refusal' in target) return target;
  const valid = subject.kind === 'stage' ? /^[a-z][a-z0-9._-]*$/ : /^[A-Za-z_]\w*$/;
  if (!valid.test(name)) {
    return {
      refusal:
        subject.kind === 'stage'
          ? `\`${name}\` is no stage name: lower-case letters, digits, \`.\`, \`_\` and \`-\`, a letter first.`
          : `\`${name}\` is no variable name: letters, digits and \`_\`, no digit first.`,
    };
  }
  if (isTaken(file, subject, name)) return { refusal: `\`${name}\` is the name of another one already.` };
  const edits = occurrencesOf(file, subject)
    .filter(({ byNumber }) => !byNumber)
    .map(({ start, end }) => ({ range: file.index.range(start, end), text: name }));
  return { edits, elsewhere: givenByManifest(file, workspace, subject) };
}

function isTaken(file: Dockerfile, subject: DockerfileSubject, name: string): boolean {
  if (subject.kind === 'stage') return file.stages.some((stage) => stage !== subject.stage && stage.name?.toLowerCase() === name);
  if (subject.kind !== 'variable' || name === subject.occurrence.name) return false;
  return variableOccurrences(file).some((other) => other.name === name && other.role === 'definition');
}
