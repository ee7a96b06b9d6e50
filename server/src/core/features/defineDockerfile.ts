import type { Position } from '../../protocol.ts';
import { findImage } from '../dockerfile/catalogue.ts';
import type { Dockerfile, Span, Stage } from '../dockerfile/model.ts';
import { parseDockerfile } from '../dockerfile/parse.ts';
import { globalScope, sameVariable, scopeOf, type VariableOccurrence, variableOccurrences } from '../dockerfile/variableOccurrences.ts';
import type { CatalogueImage } from '../standards/model.ts';
import type { Definition } from './answers.ts';
import { type ParseFile, sourceUri } from './imageUses.ts';
import { subjectAt } from './subjectDockerfile.ts';
import type { Workspace } from './workspace.ts';

/**
 * Where what the cursor is on is defined: an image's entry in the standards and, when its source is in the workspace, its
 * Dockerfile; a stage's name; the declarations of a variable, in the base image's Dockerfile where the base brings it. `basics: false`: another extension leads to stages and variables.
 */
export function defineDockerfile(
  file: Dockerfile,
  workspace: Workspace,
  position: Position,
  basics = true,
  parse: ParseFile = ({ uri, text }) => parseDockerfile(uri, text),
): readonly Definition[] {
  const offset = file.index.offsetAt(position);
  const subject = subjectAt(file, workspace, offset);
  if (!subject) return [];
  if (subject.kind === 'image') return imageDefinitions(file, workspace, subject.span, subject.image);
  if (subject.kind === 'stage') return basics ? [stageDefinition(file, subject.stage, subject.span)] : [];
  const own = variableDefinitions(file, subject.occurrence);
  if (own.length > 0) return basics ? own : [];
  return inheritedDefinition(file, workspace, subject.occurrence, parse);
}

function stageDefinition(file: Dockerfile, stage: Stage, word: Span): Definition {
  const target = stage.from.name ?? stage.from.keyword;
  return { uri: file.uri, range: file.index.range(target.start, target.end), from: file.index.range(word.start, word.end) };
}

/** The nearest declaration above; of an ARG that a stage takes over, the one before FROM too. */
function variableDefinitions(file: Dockerfile, occurrence: VariableOccurrence): readonly Definition[] {
  const declared = sameVariable(file, occurrence).filter(({ role, span }) => role === 'definition' && span.start <= occurrence.span.start);
  const nearest = declared.at(-1);
  const global = declared.find(({ scope, span }) => scope === globalScope && span !== nearest?.span);
  return [nearest, global].flatMap((one) => {
    if (!one) return [];
    return [
      {
        uri: file.uri,
        range: file.index.range(one.span.start, one.span.end),
        from: file.index.range(occurrence.span.start, occurrence.span.end),
      },
    ];
  });
}

/** Images on images: more than this is a circle. */
const deepest = 8;

/** The ENV of the base image's own Dockerfile, or of the image under that, when they are in the workspace. */
function inheritedDefinition(
  file: Dockerfile,
  workspace: Workspace,
  occurrence: VariableOccurrence,
  parse: ParseFile,
): readonly Definition[] {
  const from = file.index.range(occurrence.span.start, occurrence.span.end);
  let below = sourceBelow(file, workspace, file.stages[occurrence.scope], parse);
  for (let depth = 0; below && depth < deepest; depth++) {
    const last = below.stages.at(-1);
    const scope = scopeOf(below, last?.index);
    const found = variableOccurrences(below).findLast(
      (one) => one.name === occurrence.name && one.scope === scope && one.role === 'definition' && one.instruction.kind === 'ENV',
    );
    if (found) return [{ uri: below.uri, range: below.index.range(found.span.start, found.span.end), from }];
    below = sourceBelow(below, workspace, below.stages[scope], parse);
  }
  return [];
}

/** The Dockerfile of the image that a stage stands on. */
function sourceBelow(file: Dockerfile, workspace: Workspace, stage: Stage | undefined, parse: ParseFile): Dockerfile | undefined {
  const standards = workspace.standardsFor(file.uri);
  const reference = stage?.from.image?.resolved;
  const image = reference === undefined ? undefined : findImage(standards, reference)?.image;
  const uri = standards && image && sourceUri(standards, image);
  const source = uri === undefined ? undefined : workspace.file(uri);
  return source?.kind === 'dockerfile' ? parse(source) : undefined;
}

function imageDefinitions(file: Dockerfile, workspace: Workspace, word: Span, image: CatalogueImage): readonly Definition[] {
  const standards = workspace.standardsFor(file.uri);
  const from = file.index.range(word.start, word.end);
  const definitions: Definition[] = [{ ...image.location, from }];
  const uri = standards && sourceUri(standards, image);
  const source = uri === undefined ? undefined : workspace.file(uri);
  const start = { line: 0, character: 0 };
  return source ? [...definitions, { uri: source.uri, range: { start, end: start }, from }] : definitions;
}
