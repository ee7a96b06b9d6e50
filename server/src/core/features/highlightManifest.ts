import type { Position, Range } from '../../protocol.ts';
import { comparePositions, contains } from '../text/edits.ts';
import { normalUri } from '../text/uris.ts';
import { marksOf } from '../yaml/marks.ts';
import type { YamlFile } from '../yaml/parse.ts';
import type { ParseFile } from './imageUses.ts';
import type { Highlight } from './referencesDockerfile.ts';
import { manifestNameAt, referencesManifest } from './referencesManifest.ts';
import type { Workspace } from './workspace.ts';

/** Where else in the file stands what the cursor is on: a name with its uses, an anchor with its aliases, a variable. */
export function highlightManifest(workspace: Workspace, parse: ParseFile, uri: string, position: Position): readonly Highlight[] {
  const yaml = workspace.yaml(uri);
  if (!yaml) return [];
  const inText = anchorAt(yaml, position) ?? variableAt(yaml, position);
  if (inText) return inText;
  const name = manifestNameAt(workspace, uri, position);
  if (!name) return [];
  return referencesManifest(workspace, parse, uri, position, { definition: true })
    .filter((place) => normalUri(place.uri) === normalUri(uri))
    .map(({ range }): Highlight => ({ range, kind: isDefinition(name.definition, uri, range) ? 'write' : 'read' }))
    .sort((a, b) => comparePositions(a.range.start, b.range.start));
}

function isDefinition(definition: { readonly uri: string; readonly range: Range }, uri: string, range: Range): boolean {
  return normalUri(definition.uri) === normalUri(uri) && comparePositions(definition.range.start, range.start) === 0;
}

function anchorAt({ text, index }: YamlFile, position: Position): readonly Highlight[] | undefined {
  const words = marksOf(text).filter(({ type }) => type === 'anchor' || type === 'alias');
  const own = words.find(({ start, end }) => contains(index.range(start, end), position));
  if (!own) return undefined;
  const name = own.source.slice(1);
  return words
    .filter(({ source }) => source.slice(1) === name)
    .map(({ type, start, end }) => ({ range: index.range(start, end), kind: type === 'anchor' ? 'write' : 'read' }));
}

function variableAt({ text, index }: YamlFile, position: Position): readonly Highlight[] | undefined {
  const places = [...text.matchAll(/\$\$|\$\{[\w.]+\}/g)].filter(([found]) => found !== '$$');
  const rangeOf = ({ 0: found, index: at }: RegExpExecArray) => index.range(at, at + found.length);
  const own = places.find((place) => contains(rangeOf(place), position));
  if (!own) return undefined;
  return places.filter(([found]) => found === own[0]).map((place) => ({ range: rangeOf(place), kind: 'read' }));
}
