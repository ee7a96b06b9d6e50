import type { Position } from '../../protocol.ts';
import type { ManifestContext } from '../rules/manifestContext.ts';
import { resolveUri } from '../text/uris.ts';
import { cursorAt, type YamlCursor } from '../yaml/cursor.ts';
import { schemaOf } from '../yaml/schemas.ts';
import { textAt } from '../yaml/tree.ts';
import { anchorDefinition } from './anchorDefinition.ts';
import type { Definition } from './answers.ts';
import { referenceAt } from './hoverManifest.ts';
import { manifestContext } from './manifestContext.ts';
import { recordDefinition } from './recordTargets.ts';
import type { Workspace } from './workspace.ts';

/** Where the name or file under the cursor is defined. */
export function defineManifest(workspace: Workspace, uri: string, position: Position): Definition | undefined {
  const context = manifestContext(workspace, uri);
  const repeated = context && anchorDefinition(context.yaml, context.uri, position);
  if (repeated) return repeated;
  const cursor = context && cursorAt(context.yaml.root, position);
  if (!context || !cursor) return undefined;
  const recorded = context.kind === 'record' ? recordDefinition(context, cursor) : undefined;
  const location = recorded ?? referenceAt(context, schemaOf(context.kind), cursor)?.location;
  if (location) return { ...location, from: cursor.range };
  const file = fileAt(context, cursor);
  const start = { line: 0, character: 0 };
  return file === undefined ? undefined : { uri: file, range: { start, end: start }, from: cursor.range };
}

/** The file that a path in the manifest names. */
function fileAt({ service }: ManifestContext, cursor: YamlCursor): string | undefined {
  const text = textAt(cursor.node);
  const key = cursor.path.at(-1);
  if (!service || text === undefined || cursor.on === 'key') return undefined;
  if (cursor.path.join('.') === 'build.dockerfile') return service.dockerfileUri;
  return (key === 'source' && cursor.path.includes('config')) || key === 'configFile' ? resolveUri(service.folderUri, text) : undefined;
}
