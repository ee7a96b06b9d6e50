import type { ExtendsEntry, ExtendsState } from '../standards/extended.ts';
import { copyDigest } from '../standards/lock.ts';
import type { Standards } from '../standards/model.ts';
import { copyPath } from '../standards/reference.ts';
import { suggest } from '../text/suggest.ts';
import { normalUri, parentUri, relativePath } from '../text/uris.ts';
import { parentsOf } from './assemble.ts';
import { circleThrough, type Extended, extendedBy } from './extended.ts';
import { isWhole, type ParsedFile } from './parsedFile.ts';
import type { Workspace } from './workspace.ts';

/** The entries of `extends` of a file of standards, with how they stand; none for a part. */
export function extendsEntries(workspace: Workspace, uri: string): readonly ExtendsEntry[] {
  const own = workspace.parsed.get(normalUri(uri));
  return own && isWhole(own) ? extendedBy(own, workspace.parsed).map((entry) => entryOf(workspace, own, entry)) : [];
}

/** The standards that a file of standards extends, as far as they are there; of a part, those that its standards extend. */
export function parentStandards(workspace: Workspace, uri: string): readonly Standards[] {
  const whole = workspace.parsed.get(normalUri(workspace.standardsFor(uri)?.uri ?? uri));
  return whole ? parentsOf(whole, workspace.parsed) : [];
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
