import type { CatalogueImage, PinnedTag, Standards } from '../standards/model.ts';
import { splitReference } from './imageReference.ts';

/** A catalogue entry that a reference names, with the pinned tag it means, if it is one of them. */
export interface CatalogueMatch {
  readonly image: CatalogueImage;
  /** The entry of `current` or `previous` that tag or digest name. */
  readonly pinned?: PinnedTag;
}

const implied = ['docker.io/', 'index.docker.io/', 'library/'];

/** Host and path without the implied parts of Docker Hub, so that spellings of one repository compare equal. */
export function normalRepository(repository: string): string {
  const path = implied.some((prefix) => repository.startsWith(prefix))
    ? repository.replace(/^(?:index\.)?docker\.io\//, '').replace(/^library\//, '')
    : repository;
  return path.toLowerCase();
}

/** Finds a reference in the catalogue: by repository, and among lines of one repository by digest, tag and version. */
export function findImage(standards: Standards | undefined, reference: string): CatalogueMatch | undefined {
  const { repository, tag, digest } = splitReference(reference);
  const wanted = normalRepository(repository);
  const candidates = standards?.images.filter((image) => normalRepository(image.repository) === wanted) ?? [];
  if (candidates.length === 0) return undefined;
  const matches = candidates.map((image) => match(image, tag, digest));
  const versioned = matches.find(({ image }) => tag !== undefined && image.version !== undefined && tag.startsWith(image.version));
  return matches.find(({ pinned }) => pinned !== undefined) ?? versioned ?? matches[0];
}

function match(image: CatalogueImage, tag: string | undefined, digest: string | undefined): CatalogueMatch {
  const known = [...(image.current ? [image.current] : []), ...image.previous];
  const pinned = known.find((entry) => (digest === undefined ? entry.tag === tag : entry.digest === digest));
  return pinned ? { image, pinned } : { image };
}

/** The catalogue entry of that name. */
export function imageNamed(standards: Standards | undefined, name: string | undefined): CatalogueImage | undefined {
  return name === undefined ? undefined : standards?.images.find((image) => image.name === name);
}

/** How a FROM line names an entry: `repository:tag@digest` of its current version. */
export function currentReference(image: CatalogueImage): string {
  return pinnedReference(image.repository, image.current);
}

export function pinnedReference(repository: string, pinned: PinnedTag | undefined): string {
  if (!pinned) return repository;
  return `${repository}:${pinned.tag}${pinned.digest ? `@${pinned.digest}` : ''}`;
}

/** The OS image under a base image; of an OS image, itself. */
export function osOf(standards: Standards | undefined, image: CatalogueImage): CatalogueImage | undefined {
  return image.layer === 'os' ? image : imageNamed(standards, image.os);
}

/** The user an entry runs as: what the image itself says, else what the standards say of it; an image that names none is root's. */
export function userOf(image: CatalogueImage): string | undefined {
  return image.config?.user ?? image.user?.uid?.toString() ?? image.user?.name ?? (image.config ? 'root' : undefined);
}
