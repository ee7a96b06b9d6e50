import { fail } from '../errors.ts';
import type { OciRegistry } from './contract.ts';
import type { Descriptor } from './manifest.ts';

export const indexType = 'application/vnd.oci.image.index.v1+json';

/**
 * Puts an index over images of the same repository (OCI image-spec, image-index.md). An image that is an index itself, because statements about it
 * stand beside it, gives its entries. Each must be what is said of it: its own configuration tells its platform.
 */
export async function putIndex(
  registry: OciRegistry,
  repository: string,
  tag: string,
  images: readonly { readonly platform: string; readonly digest: string }[],
  signal: AbortSignal,
): Promise<string> {
  const manifests: Descriptor[] = [];
  for (const image of images) manifests.push(...(await entriesOf(registry, repository, image, signal)));
  return await registry.putManifest(repository, { mediaType: indexType, bytes: indexOf(manifests), tag }, signal);
}

/** The document of an index. */
export function indexOf(manifests: readonly Descriptor[]): Buffer {
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests }));
}

async function entriesOf(
  registry: OciRegistry,
  repository: string,
  { platform, digest }: { readonly platform: string; readonly digest: string },
  signal: AbortSignal,
): Promise<readonly Descriptor[]> {
  const [os = '', architecture = '', variant] = platform.split('/');
  const found = await registry.manifest(repository, digest, signal);
  if (!found) throw fail('rejected', `${repository} has no ${digest}.`, 'Push the image again.');
  const config = await registry.config({ repository, digest }, { os, architecture }, signal);
  if (config.os !== os || config.architecture !== architecture) {
    throw fail(
      'rejected',
      `The image that was built for ${platform} is of ${config.os}/${config.architecture}: ${repository}@${digest}.`,
      'Its base image is of one platform only: name a base that exists for every platform.',
    );
  }
  if (found.manifest.manifests) return found.manifest.manifests;
  const mediaType = found.manifest.mediaType ?? 'application/vnd.oci.image.manifest.v1+json';
  return [{ mediaType, digest, size: found.size, platform: { os, architecture, ...(variant ? { variant } : {}) } }];
}
