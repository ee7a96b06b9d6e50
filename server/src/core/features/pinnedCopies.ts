import { copyDigest, lockName, readLock } from '../standards/lock.ts';
import { copyPath, readReference, type StandardsReference } from '../standards/reference.ts';
import { resolveUri } from '../text/uris.ts';
import { filesBelow } from './extending.ts';
import type { Workspace } from './workspace.ts';

/** Whether the workspace holds the copy of a reference that a lock in `folder` (a URI) pins to `digest`, whole. */
export function hasCopy(workspace: Workspace, folder: string, reference: StandardsReference, digest: string): boolean {
  const files = filesBelow(workspace, resolveUri(folder, copyPath(reference, digest).folder));
  return files.length > 0 && copyDigest(files) === digest;
}

/** URIs of the folders of copies that locks pin and that the workspace does not hold whole. */
export function missingCopies(workspace: Workspace): string[] {
  return [...workspace.files.keys()].flatMap((uri) => {
    if (!uri.endsWith(`/${lockName}`)) return [];
    const lock = readLock(uri, workspace.yaml(uri)?.root);
    return lock.extends.flatMap(({ ref, digest }) => {
      const reference = readReference(ref);
      if (!reference || hasCopy(workspace, lock.folderUri, reference, digest)) return [];
      return [resolveUri(lock.folderUri, copyPath(reference, digest).folder)];
    });
  });
}
