import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { fail } from '../errors.ts';
import type { ImageDescription } from '../ports.ts';
import type { OciRegistry } from './contract.ts';
import type { Descriptor, Manifest, Platform } from './manifest.ts';

/** Larger files are no os-release. */
const largest = 64 * 1024;
const places = ['etc/os-release', 'usr/lib/os-release'];

/** What an image is, by its registry alone: digest, configuration, layers, and the distribution that its files say it is. */
export async function describeImage(
  registry: OciRegistry,
  repository: string,
  reference: string,
  signal: AbortSignal,
): Promise<ImageDescription | undefined> {
  const found = await registry.manifest(repository, reference, signal);
  if (!found) return undefined;
  const platforms = (found.manifest.manifests ?? []).flatMap(({ platform }) =>
    platform && platform.os !== 'unknown' ? [`${platform.os}/${platform.architecture}`] : [],
  );
  const image = { repository, digest: found.digest };
  const config = await registry.config(image, platformOf(found.manifest), signal);
  const { User, Env = [], Labels, ExposedPorts, WorkingDir, Entrypoint, Cmd } = config.config ?? {};
  const release = await osRelease(registry, repository, await layersOf(registry, repository, found.manifest, signal), signal);
  return {
    digest: found.digest,
    platforms: platforms.length > 0 ? platforms : [`${config.os}/${config.architecture}`],
    layers: config.rootfs.diff_ids,
    user: User ?? '',
    workdir: WorkingDir ?? '',
    env: Object.fromEntries(Env.map((one) => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)])),
    labels: Labels ?? {},
    ports: Object.keys(ExposedPorts ?? {}).map((port) => Number.parseInt(port, 10)),
    entrypoint: Entrypoint ?? [],
    cmd: Cmd ?? [],
    ...(release ? { release } : {}),
  };
}

/** The first platform of an index stands for the others. */
function platformOf({ manifests = [] }: Manifest): Platform {
  return manifests.find(({ platform }) => platform && platform.os !== 'unknown')?.platform ?? { os: 'linux', architecture: 'amd64' };
}

async function layersOf(
  registry: OciRegistry,
  repository: string,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<readonly Descriptor[]> {
  if (manifest.layers) return manifest.layers;
  const { os, architecture } = platformOf(manifest);
  const chosen = manifest.manifests?.find(({ platform }) => platform?.os === os && platform.architecture === architecture);
  const image = chosen && (await registry.manifest(repository, chosen.digest, signal));
  if (image?.manifest.layers) return image.manifest.layers;
  throw fail('rejected', `${repository} is no image.`, 'Name the repository and tag of an image.');
}

/** The file of the uppermost layer that has one; each layer is read only as far as that. */
async function osRelease(
  registry: OciRegistry,
  repository: string,
  layers: readonly Descriptor[],
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>> | undefined> {
  for (const layer of [...layers].reverse()) {
    if (/zstd/.test(layer.mediaType)) continue;
    const text = await fileIn(await registry.layer(repository, layer, signal), layer.mediaType, signal);
    if (text !== undefined) return assignments(text);
  }
  return undefined;
}

async function fileIn(bytes: ReadableStream<Uint8Array>, mediaType: string, signal: AbortSignal): Promise<string | undefined> {
  const reader = extract();
  const enough = new AbortController();
  let found: string | undefined;
  reader.on('entry', (header, content, next) => {
    const path = header.name.replace(/^\.?\//, '');
    const chunks: Uint8Array[] = [];
    const wanted = header.type === 'file' && places.includes(path) && (header.size ?? 0) <= largest;
    content.on('data', (chunk) => {
      if (wanted && chunk instanceof Uint8Array) chunks.push(chunk);
    });
    content.on('end', () => {
      if (!wanted) return next();
      found = Buffer.concat(chunks).toString('utf8');
      enough.abort();
    });
    content.resume();
  });
  const source = Readable.fromWeb(bytes as import('node:stream/web').ReadableStream);
  const options = { signal: AbortSignal.any([signal, enough.signal]) };
  const read = /gzip/.test(mediaType) ? pipeline(source, createGunzip(), reader, options) : pipeline(source, reader, options);
  await read.catch((error: unknown) => {
    if (!enough.signal.aborted) throw error;
  });
  return found;
}

/** `NAME=value` lines of os-release(5). */
function assignments(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const [, name, value = ''] = /^([A-Z_]+)=(.*)$/.exec(line.trim()) ?? [];
      return name === undefined ? [] : [[name, value.replace(/^(["'])(.*)\1$/, '$2')]];
    }),
  );
}
