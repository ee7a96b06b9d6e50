import type { CopyFile, FetchedStandards, FolderLock, LockAnswer, LockedStandards, LockParams } from '../../protocol.ts';
import { splitReference } from '../dockerfile/imageReference.ts';
import { copyDigest, type Lock, lockName, lockText, type PlainPin, readLock } from '../standards/lock.ts';
import { copyPath, readReference } from '../standards/reference.ts';
import { optional } from '../text/optional.ts';
import { resolveUri, uriPath } from '../text/uris.ts';
import { lockDemands } from './lockDemands.ts';
import { hasCopy } from './pinnedCopies.ts';
import { changeWorkspace, type Workspace } from './workspace.ts';

/**
 * The locks of the workspace folders: what has to be pinned, what is, and the new text with what was fetched. Asked again
 * with what was fetched, it tells what that extends in its turn.
 */
export function lockPlan(workspace: Workspace, params: LockParams): LockAnswer {
  return { folders: workspace.folders.flatMap((folder) => planFolder(workspace, folder, params)) };
}

function planFolder(workspace: Workspace, folder: string, { fetched, images, generator }: LockParams): FolderLock[] {
  const uri = `${folder}/${lockName}`;
  const before = workspace.file(uri);
  const old = readLock(uri, workspace.yaml(uri)?.root);
  const pins = [...fetched.map(pinOf), ...old.extends.filter(({ ref }) => !fetched.some((one) => one.ref === ref))];
  const copies = fetched.flatMap(copyFiles);
  const text = lockText({ images: [], extends: pins }, generator);
  const then = changeWorkspace(workspace, [
    { uri, kind: 'record', text },
    ...copies.map(({ path, text: content }) => ({ uri: resolveUri(folder, path), kind: 'standards' as const, text: content })),
  ]);
  const demands = lockDemands(then, folder);
  const needed = new Set(demands.extends.map(({ ref }) => ref));
  const wantedImages = demands.images.map(({ ref }) => imageOf(ref, images, old));
  const standards = demands.extends.flatMap(({ ref }) => standardsOf(then, folder, ref, pins));
  if (wantedImages.length + standards.length === 0 && !before) return [];
  const kept = {
    images: wantedImages.flatMap(({ ref, digest }) => (digest === undefined ? [] : [{ ref, digest }])),
    extends: pins.filter(({ ref }) => needed.has(ref)),
  };
  const stale = [
    ...old.extends.filter(({ ref }) => !needed.has(ref)),
    ...old.images.filter(({ ref }) => !wantedImages.some((one) => one.ref === ref)),
  ].map(({ ref }) => ref);
  return [
    {
      folder: uriPath(folder),
      extends: standards,
      images: wantedImages,
      stale,
      text: lockText(kept, generator),
      ...optional('before', before?.text),
      copies: fetched.filter(({ ref }) => needed.has(ref)).flatMap(copyFiles),
    },
  ];
}

function pinOf({ ref, commit, files }: FetchedStandards): PlainPin {
  return { ref, digest: copyDigest(files), ...optional('commit', commit) };
}

/** The files of a copy where the cache keeps them. */
function copyFiles({ ref, files }: FetchedStandards): readonly CopyFile[] {
  const reference = readReference(ref);
  if (!reference) return [];
  const { folder } = copyPath(reference, copyDigest(files));
  return files.map(({ path, text }) => ({ path: `${folder}/${path}`, text }));
}

function imageOf(ref: string, found: LockParams['images'], old: Lock): FolderLock['images'][number] {
  const { repository, tag } = splitReference(ref);
  const digest = (found.find((one) => one.ref === ref) ?? old.images.find((one) => one.ref === ref))?.digest;
  return { ref, repository, tag: tag ?? 'latest', ...optional('digest', digest) };
}

function standardsOf(workspace: Workspace, folder: string, ref: string, pins: readonly PlainPin[]): LockedStandards[] {
  const reference = readReference(ref);
  if (!reference || reference.kind === 'file') return [];
  const pin = pins.find((one) => one.ref === ref);
  if (!pin) return [{ ref, remote: reference, present: false }];
  const present = hasCopy(workspace, folder, reference, pin.digest);
  return [{ ref, remote: reference, pin: { digest: pin.digest, ...optional('commit', pin.commit) }, present }];
}
