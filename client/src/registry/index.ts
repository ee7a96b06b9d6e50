import type { ImageByDigest } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { FoundManifest, OciRegistry } from './contract.ts';
import { describeImage } from './describe.ts';
import { putIndex } from './imageIndex.ts';
import { chooseManifest, type Descriptor, type ImageConfig, type Manifest, manifestTypes, type Platform } from './manifest.ts';
import { applyRebase, planRebase } from './rebase.ts';
import { isDigest, registryHostOf, repositoryPathOf } from './reference.ts';
import { removeTag } from './removeTag.ts';
import { type RegistryOptions, sender } from './requests.ts';
import { digestOf, registryWriter } from './writing.ts';

export type { FoundManifest, OciRegistry } from './contract.ts';
export type { Descriptor, ImageConfig, Manifest, Platform } from './manifest.ts';
export { isDigest, registryHostOf, repositoryPathOf } from './reference.ts';
export type { RegistryOptions } from './requests.ts';
export type { Carried, ManifestToPut, RegistryWriter } from './writing.ts';

/** Talks to whatever registry a repository names; without TLS only to this machine and to `insecure` hosts (S7). */
export function ociRegistry(options: RegistryOptions): OciRegistry {
  const send = sender(options);
  const ask = (
    method: 'GET' | 'HEAD',
    repository: string,
    kind: 'manifests' | 'blobs',
    reference: string,
    signal: AbortSignal,
    streamed = false,
  ) => {
    const path = repositoryPathOf(repository);
    const host = registryHostOf(repository);
    const accept = kind === 'manifests' ? manifestTypes : ['*/*'];
    const request = {
      host: host === 'docker.io' ? 'registry-1.docker.io' : host,
      path: `${path}/${kind}/${reference}`,
      method,
      accept,
      repository: path,
      streamed,
    };
    return send(request, signal);
  };
  const manifest = async (repository: string, reference: string, signal: AbortSignal): Promise<FoundManifest | undefined> => {
    const answer = await ask('GET', repository, 'manifests', reference, signal);
    if (answer.status === 404) return undefined;
    const digest = digestOf(answer.body);
    const claimed = answer.headers.get('docker-content-digest');
    if (claimed !== null && claimed !== digest) throw anotherDigest(repository, reference, claimed, digest);
    if (isDigest(reference) && reference !== digest) throw anotherDigest(repository, reference, reference, digest);
    return {
      digest,
      manifest: JSON.parse(new TextDecoder().decode(answer.body)) as Manifest,
      size: answer.body.length,
      bytes: answer.body,
    };
  };
  const blob = async (repository: string, descriptor: Pick<Descriptor, 'digest'>, signal: AbortSignal): Promise<Uint8Array> => {
    const answer = await ask('GET', repository, 'blobs', descriptor.digest, signal);
    if (answer.status === 404) throw missing(repository, descriptor.digest);
    const digest = digestOf(answer.body);
    if (digest !== descriptor.digest) throw anotherDigest(repository, descriptor.digest, descriptor.digest, digest);
    return answer.body;
  };
  const config = async (image: ImageByDigest, platform: Platform, signal: AbortSignal): Promise<ImageConfig> => {
    const found = await manifest(image.repository, image.digest, signal);
    if (!found) throw missing(image.repository, image.digest);
    if (found.manifest.config) {
      return JSON.parse(new TextDecoder().decode(await blob(image.repository, found.manifest.config, signal))) as ImageConfig;
    }
    const chosen = chooseManifest(found.manifest, platform);
    if (!chosen) {
      throw fail(
        'rejected',
        `${image.repository}@${image.digest} has no image for ${platform.os}/${platform.architecture}.`,
        'Choose an image for that platform.',
      );
    }
    return await config({ repository: image.repository, digest: chosen.digest }, platform, signal);
  };
  const layer = async (repository: string, { digest }: Pick<Descriptor, 'digest'>, signal: AbortSignal) => {
    const { stream } = await ask('GET', repository, 'blobs', digest, signal, true);
    if (stream) return stream;
    throw missing(repository, digest);
  };
  const writer = registryWriter(send);
  const registry: OciRegistry = {
    ...writer,
    manifest,
    config,
    blob,
    layer,
    describe: (repository, reference, signal) => describeImage(registry, repository, reference, signal),
    putIndex: (repository, tag, images, signal) => putIndex(registry, repository, tag, images, signal),
    removeTag: (repository, tag, digest, signal) =>
      removeTag(send, { manifest, putManifest: writer.putManifest }, { repository, tag, digest }, signal),
    planRebase: (order, signal) => planRebase(registry, order, signal),
    rebase: (plan, tag, signal) => applyRebase(registry, plan, tag, signal),
    layers: async (image, signal) => (await config(image, { os: 'linux', architecture: 'amd64' }, signal)).rootfs.diff_ids,
    layersOf: async (image, platform, signal) => (await config(image, platform, signal)).rootfs.diff_ids,
    resolve: async (repository, reference, signal) => {
      const head = await ask('HEAD', repository, 'manifests', reference, signal);
      if (head.status === 404) return undefined;
      const found = await manifest(repository, reference, signal);
      const claimed = head.headers.get('docker-content-digest');
      if (found && claimed !== null && claimed !== found.digest) throw anotherDigest(repository, reference, claimed, found.digest);
      return found?.digest;
    },
  };
  return registry;
}

function anotherDigest(repository: string, reference: string, expected: string, got: string): Error {
  return fail(
    'rejected',
    `The registry answers another digest for ${repository} ${reference}: expected ${expected}, the content is ${got}.`,
    'Do not use this image: something between here and the registry changes content, or its store is damaged.',
  );
}

function missing(repository: string, digest: string): Error {
  return fail('rejected', `${repository} has no ${digest}.`, 'Push the image again, or choose one that the registry still has.');
}
