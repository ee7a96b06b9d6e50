import type { Position } from '../../protocol.ts';
import { findImage } from '../dockerfile/catalogue.ts';
import type { Dockerfile, Span, Stage } from '../dockerfile/model.ts';
import { placeAt } from '../dockerfile/place.ts';
import { parentUri, resolveUri } from '../text/uris.ts';
import type { Definition } from './answers.ts';
import { stageNamed } from './hoverDockerfile.ts';
import type { Workspace } from './workspace.ts';

/**
 * Where the image or stage under the cursor is defined: its entry in the standards and, when its source is in the
 * workspace, its Dockerfile; for a stage, its FROM line.
 */
export function defineDockerfile(file: Dockerfile, workspace: Workspace, position: Position): readonly Definition[] {
  const offset = file.index.offsetAt(position);
  const place = placeAt(file, offset);
  if (place.kind !== 'instruction') return [];
  const outer = place.instruction;
  const instruction = outer.kind === 'ONBUILD' && outer.trigger ? outer.trigger : outer;
  if (instruction.kind === 'FROM') {
    const { image } = instruction;
    if (!image || offset < image.start || offset > image.end) return [];
    const parent = file.stages[instruction.stage ?? -1]?.parent;
    return parent ? [stageDefinition(file, parent, image)] : imageDefinitions(file, workspace, image, image.resolved);
  }
  if (instruction.kind !== 'COPY' && instruction.kind !== 'ADD') return [];
  const { from } = instruction;
  if (!from || offset < from.start || offset > from.end) return [];
  const stage = stageNamed(file, from.value, instruction.stage);
  return stage ? [stageDefinition(file, stage, from)] : imageDefinitions(file, workspace, from, from.value);
}

function stageDefinition(file: Dockerfile, stage: Stage, word: Span): Definition {
  const target = stage.from.name ?? stage.from.keyword;
  return { uri: file.uri, range: file.index.range(target.start, target.end), from: file.index.range(word.start, word.end) };
}

function imageDefinitions(file: Dockerfile, workspace: Workspace, word: Span, reference: string | undefined): readonly Definition[] {
  const standards = workspace.standardsFor(file.uri);
  const image = reference === undefined ? undefined : findImage(standards, reference)?.image;
  if (!image || !standards) return [];
  const from = file.index.range(word.start, word.end);
  const definitions: Definition[] = [{ ...image.location, from }];
  if (!image.source) return definitions;
  const context = resolveUri(parentUri(standards.uri), image.source.context);
  const source = workspace.file(resolveUri(context, image.source.dockerfile));
  const start = { line: 0, character: 0 };
  return source ? [...definitions, { uri: source.uri, range: { start, end: start }, from }] : definitions;
}
