import type { CatalogueImage, PinnedTag, Standards } from '../standards/model.ts';
import { findImage, normalRepository } from './catalogue.ts';
import { splitReference } from './imageReference.ts';
import { registryHost } from './registryHost.ts';

/** A catalogue image that a reference means under another address. */
export interface ImageAlias {
  readonly image: CatalogueImage;
  readonly pinned?: PinnedTag;
  /** True when the digest proves it. */
  readonly same: boolean;
}

/** Recognises an image by its digest, else by its path in another registry of the company. Undefined for registered addresses. */
export function imageAlias(standards: Standards | undefined, reference: string): ImageAlias | undefined {
  if (!standards || findImage(standards, reference)) return undefined;
  const { repository, tag, digest } = splitReference(reference);
  if (digest !== undefined) {
    for (const image of standards.images) {
      const pinned = [image.current, ...image.previous].find((entry) => entry?.digest === digest);
      if (pinned) return { image, pinned, same: true };
    }
  }
  const host = registryHost(reference);
  const own = standards.registries.some((registry) => registry.host === host) || standards.allowedRegistries.includes(host);
  if (!own) return undefined;
  const path = normalRepository(repository).slice(host.length + 1);
  const image = standards.images.find((candidate) => hasPath(candidate.repository, path));
  if (!image) return undefined;
  const pinned = tag === undefined ? undefined : [image.current, ...image.previous].find((entry) => entry?.tag === tag);
  return { image, same: false, ...(pinned ? { pinned } : {}) };
}

/** True when a repository is `path`, in small letters, behind its registry. */
function hasPath(repository: string, path: string): boolean {
  const start = repository.indexOf('/') + 1;
  return repository.length - start === path.length && repository.slice(start).toLowerCase() === path;
}
