import { lockName, readLock } from '../standards/lock.ts';
import { lazily } from '../text/lazily.ts';
import { isBelow, normalUri, parentUri } from '../text/uris.ts';
import type { Workspace } from './workspace.ts';

/** The digest that the nearest `waybill.lock.yaml` above a file pins a reference to; read when it is asked for. */
export function lockedImages(workspace: Workspace, uri: string): (reference: string) => string | undefined {
  const digests = lazily(() => {
    const lock = nearestLock(workspace, normalUri(uri));
    const pins = lock === undefined ? [] : readLock(lock, workspace.yaml(lock)?.root).images;
    return new Map(pins.map(({ ref, digest }) => [ref, digest]));
  });
  return (reference) => digests().get(reference);
}

/** Never one outside of the workspace. */
function nearestLock(workspace: Workspace, uri: string): string | undefined {
  const within = (folder: string) => workspace.folders.some((root) => folder === normalUri(root) || isBelow(folder, root));
  for (let folder = parentUri(uri); within(folder); folder = parentUri(folder)) {
    const lock = `${folder}/${lockName}`;
    if (workspace.file(lock)) return lock;
    if (parentUri(folder) === folder) return undefined;
  }
  return undefined;
}
