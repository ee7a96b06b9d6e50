import type { Extending, ExtendsEntry, ExtendsState } from '../standards/extended.ts';
import { copyDigest } from '../standards/lock.ts';
import { copyPath } from '../standards/reference.ts';
import { suggest } from '../text/suggest.ts';
import { normalUri, parentUri, relativePath } from '../text/uris.ts';
import { parentsOf } from './assemble.ts';
import { circleThrough, type Extended, extendedBy } from './extended.ts';
import { isWhole, type ParsedFile } from './parsedFile.ts';
import type { Workspace } from './workspace.ts';

/** What a file of standards builds on; a part builds on what its standards do. */
export function extending(workspace: Workspace, uri: string): Extending {
  const { parsed } = workspace;
  const own = parsed.get(normalUri(uri));
  return {
    entries: () => (own && isWhole(own) ? extendedBy(own, parsed).map((entry) => entryOf(workspace, own, entry)) : []),
    parents: () => {
      const whole = parsed.get(normalUri(workspace.standardsFor(uri)?.uri ?? uri));
      return whole ? parentsOf(whole, parsed) : [];
    },
  };
}

function entryOf(workspace: Workspace, own: ParsedFile, entry: Extended): ExtendsEntry {
  return { node: entry.node, text: entry.text, ...stateOf(workspace, own, entry) };
}

function stateOf(workspace: Workspace, own: ParsedFile, { reference, parent, pin }: Extended): ExtendsState {
  if (!reference) return { state: 'malformed' };
  if (!parent) {
    if (reference.kind !== 'file') return { state: pin ? 'no-copy' : 'unpinned' };
    const near = nearFile(workspace, own, reference.path);
    return { state: 'no-file', path: reference.path, ...(near === undefined ? {} : { near }) };
  }
  const names = circleThrough(own, parent, workspace.parsed);
  if (names.length > 0) return { state: 'circle', names };
  if (!isWhole(parent)) return { state: 'part' };
  if (!pin || reference.kind === 'file') return { state: 'there' };
  const top = parent.file.uri.slice(0, parent.file.uri.indexOf('/.waybill/cache/extends/'));
  const files = filesBelow(workspace, `${top}/${copyPath(reference, pin.digest).folder}`);
  return { state: copyDigest(files) === pin.digest ? 'there' : 'changed' };
}

/** The files of the workspace below a folder, by their paths in it. */
export function filesBelow(workspace: Workspace, folderUri: string): readonly { readonly path: string; readonly text: string }[] {
  const folder = normalUri(folderUri);
  return [...workspace.files].flatMap(([uri, { text }]) => {
    const path = relativePath(folder, uri);
    return path === undefined ? [] : [{ path, text }];
  });
}

/** The path of other standards below the same folder that is nearly the one that was written. */
function nearFile(workspace: Workspace, own: ParsedFile, path: string): string | undefined {
  const uri = normalUri(own.file.uri);
  const others = workspace.standards.map((other) => normalUri(other.uri)).filter((other) => other !== uri);
  return suggest(
    path,
    others.flatMap((other) => relativePath(parentUri(uri), other) ?? []),
  );
}
