import { isWaybillError } from '../errors.ts';
import type { FoundManifest } from './contract.ts';
import { manifestTypes } from './manifest.ts';
import { repositoryPathOf } from './reference.ts';
import type { Send } from './requests.ts';
import { apiHostOf, type RegistryWriter } from './writing.ts';

interface TagRegistry extends Pick<RegistryWriter, 'putManifest'> {
  manifest(repository: string, reference: string, signal: AbortSignal): Promise<FoundManifest | undefined>;
}

/**
 * Takes a tag away that names just this image (OCI distribution-spec, "Deleting tags"); the image stays, by its digest. Answers false, and
 * changes nothing, where the tag names another image, or where the registry or its account cannot: Docker's registry before version 3.
 */
export async function removeTag(
  send: Send,
  registry: TagRegistry,
  { repository, tag, digest }: { readonly repository: string; readonly tag: string; readonly digest: string },
  signal: AbortSignal,
): Promise<boolean> {
  const found = await registry.manifest(repository, tag, signal);
  if (found?.digest !== digest) return false;
  const mediaType = found.manifest.mediaType ?? 'application/vnd.oci.image.manifest.v1+json';
  const keep = () => registry.putManifest(repository, { mediaType, bytes: found.bytes }, signal);
  // Registries that store images below their tags know it by its digest from here on.
  await keep();
  const path = repositoryPathOf(repository);
  const host = apiHostOf(repository);
  const request = { host, path: `${path}/manifests/${tag}`, method: 'DELETE', accept: manifestTypes, repository: path } as const;
  const removed = await send({ ...request, scope: { push: true, remove: true } }, signal).then(
    ({ status }) => status === 202,
    (error: unknown) => {
      if (isWaybillError(error) && (error.waybill === 'rejected' || error.waybill === 'unauthorized')) return false;
      throw error;
    },
  );
  if (removed && (await registry.manifest(repository, digest, signal)) === undefined) await keep();
  return removed;
}
