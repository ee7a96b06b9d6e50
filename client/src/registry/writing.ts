import { createHash } from 'node:crypto';
import { fail } from '../errors.ts';
import type { Descriptor } from './manifest.ts';
import { registryHostOf, repositoryPathOf } from './reference.ts';
import type { RegistryAnswer, RegistryRequest, Send } from './requests.ts';

/** How a blob came into a repository. */
export type Carried = 'existing' | 'mounted' | 'copied';

/** The half of a registry that changes something (OCI distribution-spec, "Push"). Nothing is put in the place of another. */
export interface RegistryWriter {
  /** Lets a repository have a blob that another one has: mounted within a registry, copied as a stream between two. */
  carry(blob: Pick<Descriptor, 'digest' | 'size'>, from: string, to: string, signal: AbortSignal): Promise<Carried>;
  /** Answers the digest of the bytes. */
  putBlob(repository: string, bytes: Uint8Array, signal: AbortSignal): Promise<string>;
  /** Stores a manifest under a tag, or under its digest alone; answers the digest, compared with the registry's. */
  putManifest(repository: string, manifest: ManifestToPut, signal: AbortSignal): Promise<string>;
}

export interface ManifestToPut {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  readonly tag?: string;
}

export function registryWriter(send: Send): RegistryWriter {
  const request = (repository: string, method: RegistryRequest['method'], path: string, from?: string): RegistryRequest => {
    const own = repositoryPathOf(repository);
    return {
      host: apiHostOf(repository),
      path: path.startsWith('/') ? path.slice(1) : `${own}/${path}`,
      method,
      accept: ['*/*'],
      repository: own,
      scope: { push: true, ...(from === undefined ? {} : { from }) },
    };
  };
  const has = async (repository: string, digest: string, signal: AbortSignal): Promise<boolean> =>
    (await send(request(repository, 'HEAD', `blobs/${digest}`), signal)).status === 200;

  /** The second half of an upload: everything in one request to the place that the registry gave. */
  async function finish(
    repository: string,
    begun: RegistryAnswer,
    digest: string,
    body: NonNullable<RegistryRequest['body']>,
    signal: AbortSignal,
  ) {
    const place = uploadPlace(repository, begun);
    const query = { ...Object.fromEntries(place.searchParams), digest };
    const path = place.pathname.replace(/^\/v2/, '');
    const put = { ...request(repository, 'PUT', path), query, body, contentType: 'application/octet-stream' };
    const answer = await send(put, signal);
    if (answer.status !== 201) throw refused(repository, `the upload of ${digest} ended with status ${answer.status}`);
  }

  async function copy(
    blob: Pick<Descriptor, 'digest' | 'size'>,
    from: string,
    to: string,
    begun: RegistryAnswer,
    signal: AbortSignal,
  ): Promise<void> {
    const path = repositoryPathOf(from);
    const get: RegistryRequest = {
      host: apiHostOf(from),
      path: `${path}/blobs/${blob.digest}`,
      method: 'GET',
      accept: ['*/*'],
      repository: path,
      streamed: true,
    };
    const source = await send(get, signal);
    if (!source.stream)
      throw fail('rejected', `${from} has no ${blob.digest}.`, 'Push the image again, or choose one that the registry still has.');
    // The registry hashes what comes and refuses anything but the digest.
    await finish(to, begun, blob.digest, { stream: source.stream, size: blob.size }, signal);
  }

  return {
    async carry(blob, from, to, signal) {
      if (await has(to, blob.digest, signal)) return 'existing';
      const sameHost = apiHostOf(from) === apiHostOf(to);
      const source = repositoryPathOf(from);
      const start = request(to, 'POST', 'blobs/uploads/', sameHost ? source : undefined);
      const begun = await send({ ...start, ...(sameHost ? { query: { mount: blob.digest, from: source } } : {}) }, signal);
      if (begun.status === 201) return 'mounted';
      await copy(blob, from, to, begun, signal);
      return 'copied';
    },
    async putBlob(repository, bytes, signal) {
      const digest = digestOf(bytes);
      if (await has(repository, digest, signal)) return digest;
      await finish(repository, await send(request(repository, 'POST', 'blobs/uploads/'), signal), digest, bytes, signal);
      return digest;
    },
    async putManifest(repository, { mediaType, bytes, tag }, signal) {
      const digest = digestOf(bytes);
      const put = { ...request(repository, 'PUT', `manifests/${tag ?? digest}`), body: bytes, contentType: mediaType };
      const answer = await send(put, signal);
      if (answer.status !== 201) throw refused(repository, `the manifest was answered with status ${answer.status}`);
      const said = answer.headers.get('docker-content-digest');
      if (said !== null && said !== digest) throw refused(repository, `the manifest ${digest} was stored as ${said}`);
      return digest;
    },
  };
}

export function apiHostOf(repository: string): string {
  const host = registryHostOf(repository);
  return host === 'docker.io' ? 'registry-1.docker.io' : host;
}

/** `Location` of an upload. It must lie on the same registry: our account goes nowhere else (S7). */
function uploadPlace(repository: string, answer: RegistryAnswer): URL {
  const host = apiHostOf(repository);
  const location = answer.headers.get('location') ?? '';
  const url = URL.canParse(location, `http://${host}`) ? new URL(location, `http://${host}`) : undefined;
  if (url?.host === host && url.pathname.startsWith('/v2/')) return url;
  throw refused(repository, `it sends the upload to \`${location.slice(0, 200)}\``);
}

function refused(repository: string, why: string): Error {
  return fail('rejected', `The registry does not take content for ${repository}: ${why}.`, 'See the log of the registry.');
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
