import { findImage } from '../dockerfile/catalogue.ts';
import { splitReference } from '../dockerfile/imageReference.ts';
import { imagesOf } from '../dockerfile/images.ts';
import type { LockDemand, LockDemands } from '../standards/extended.ts';
import { isPinnedCopy } from '../standards/reference.ts';
import { isBelow, normalUri } from '../text/uris.ts';
import { extendedBy } from './extended.ts';
import { isWhole, type ParsedFile } from './parsedFile.ts';
import type { Workspace } from './workspace.ts';

/** What the lock in a folder has to pin: everything below the folder that floats. */
export function lockDemands(workspace: Workspace, folderUri: string): LockDemands {
  const folder = normalUri(folderUri);
  return { images: unique(floatingImages(workspace, folder)), extends: unique(remoteStandards(workspace, folder)) };
}

function floatingImages(workspace: Workspace, folder: string): readonly LockDemand[] {
  return [...workspace.files].flatMap(([uri, { kind }]) => {
    const file = kind === 'dockerfile' && isBelow(uri, folder) ? workspace.dockerfile(uri) : undefined;
    if (!file) return [];
    const standards = workspace.standardsFor(uri);
    return imagesOf(file).flatMap((image): LockDemand[] => {
      const { resolved: ref, place } = image;
      if (ref === undefined || place !== 'FROM' || splitReference(ref).digest || ref.includes('$')) return [];
      if (findImage(standards, ref)?.pinned?.digest) return [];
      return [{ ref, location: { uri: file.uri, range: file.index.range(image.start, image.end) } }];
    });
  });
}

function remoteStandards(workspace: Workspace, folder: string): readonly LockDemand[] {
  const found: LockDemand[] = [];
  const seen = new Set<ParsedFile>();
  const enter = (file: ParsedFile): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const { reference, text, node, parent } of extendedBy(file, workspace.parsed)) {
      if (reference && reference.kind !== 'file') found.push({ ref: text, location: { uri: file.file.uri, range: node.range } });
      if (parent) enter(parent);
    }
  };
  for (const [uri, file] of workspace.parsed) if (isWhole(file) && isBelow(uri, folder) && !isPinnedCopy(uri)) enter(file);
  return found;
}

function unique(demands: readonly LockDemand[]): readonly LockDemand[] {
  return [...new Map([...demands].reverse().map((demand) => [demand.ref, demand])).values()].reverse();
}
