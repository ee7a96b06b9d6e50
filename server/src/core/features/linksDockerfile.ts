import type { Range } from '../../protocol.ts';
import { findImage } from '../dockerfile/catalogue.ts';
import type { Dockerfile, Word } from '../dockerfile/model.ts';
import { resolveUri } from '../text/uris.ts';
import { contextOf } from './contextListing.ts';
import type { Workspace } from './workspace.ts';

export interface DocumentLink {
  readonly range: Range;
  readonly target: string;
  readonly tooltip: string;
  /** The target may not be there: the caller looks first. */
  readonly unsure?: true;
}

/** FROM images lead to their entry in the standards, sources to the context's files, addresses to themselves. */
export function dockerfileLinks(file: Dockerfile, workspace: Workspace): readonly DocumentLink[] {
  return [...imageLinks(file, workspace), ...sourceLinks(file, workspace)];
}

function imageLinks(file: Dockerfile, workspace: Workspace): DocumentLink[] {
  const standards = workspace.standardsFor(file.uri);
  return file.stages.flatMap(({ from, parent }) => {
    const found = !parent && from.image?.resolved !== undefined ? findImage(standards, from.image.resolved)?.image : undefined;
    if (!found || !from.image) return [];
    const { uri, range } = found.location;
    const target = `${uri}#L${range.start.line + 1},${range.start.character + 1}`;
    return [{ range: file.index.range(from.image.start, from.image.end), target, tooltip: `${found.name} in the standards` }];
  });
}

function sourceLinks(file: Dockerfile, workspace: Workspace): DocumentLink[] {
  const context = contextOf(workspace, file.uri);
  return file.instructions.flatMap((instruction) => {
    if ((instruction.kind !== 'COPY' && instruction.kind !== 'ADD') || instruction.from) return [];
    return instruction.sources.flatMap((word) => sourceLink(file, context, word));
  });
}

function sourceLink(file: Dockerfile, context: string, word: Word): DocumentLink[] {
  const { value, start, end } = word;
  if (value === '' || /[*?[$<]/.test(value) || /^\.?\/?$/.test(value)) return [];
  const quoted = word.text.startsWith('"') ? 1 : 0;
  const range = file.index.range(start + quoted, end - quoted);
  if (/^https?:\/\//.test(value)) return [{ range, target: value, tooltip: 'Open the address' }];
  if (/^[\w+.-]+:|^git@/.test(value)) return [];
  return [{ range, target: resolveUri(context, value.replace(/^\/+/, '')), tooltip: 'Open the file', unsure: true }];
}
