import type { Position } from '../../protocol.ts';
import type { Dockerfile, Span, Stage } from '../dockerfile/model.ts';
import { globalScope, sameVariable, type VariableOccurrence } from '../dockerfile/variableOccurrences.ts';
import type { CatalogueImage } from '../standards/model.ts';
import type { Definition } from './answers.ts';
import { sourceUri } from './imageUses.ts';
import { subjectAt } from './subjectDockerfile.ts';
import type { Workspace } from './workspace.ts';

/**
 * Where what the cursor is on is defined: an image's entry in the standards and, when its source is in the workspace, its
 * Dockerfile; a stage's name; the declarations of a variable. `basics: false`: another extension leads to stages and variables.
 */
export function defineDockerfile(file: Dockerfile, workspace: Workspace, position: Position, basics = true): readonly Definition[] {
  const offset = file.index.offsetAt(position);
  const subject = subjectAt(file, workspace, offset);
  if (!subject) return [];
  if (subject.kind === 'image') return imageDefinitions(file, workspace, subject.span, subject.image);
  if (!basics) return [];
  return subject.kind === 'stage' ? [stageDefinition(file, subject.stage, subject.span)] : variableDefinitions(file, subject.occurrence);
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

function imageDefinitions(file: Dockerfile, workspace: Workspace, word: Span, image: CatalogueImage): readonly Definition[] {
  const standards = workspace.standardsFor(file.uri);
  const from = file.index.range(word.start, word.end);
  const definitions: Definition[] = [{ ...image.location, from }];
  const uri = standards && sourceUri(standards, image);
  const source = uri === undefined ? undefined : workspace.file(uri);
  const start = { line: 0, character: 0 };
  return source ? [...definitions, { uri: source.uri, range: { start, end: start }, from }] : definitions;
}
