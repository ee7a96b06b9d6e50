import type { CopyFile, FetchedStandards, RemoteStandards } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { OciRegistry } from './index.ts';
import type { Descriptor } from './manifest.ts';

type OciStandards = Extract<RemoteStandards, { kind: 'oci' }>;

/** Largest file of an artefact. Bytes. */
const largest = 2_000_000;

/**
 * Standards out of an OCI artefact: each layer is one file, named by its title (as `oras push` writes it); a single layer without a title
 * is `waybill.standards.yaml`. https://github.com/opencontainers/image-spec/blob/main/annotations.md
 */
export async function fetchOciStandards(
  registry: Pick<OciRegistry, 'manifest' | 'blob'>,
  { repository, digest }: OciStandards,
  ref: string,
  signal: AbortSignal,
): Promise<FetchedStandards> {
  const found = await registry.manifest(repository, digest, signal);
  if (!found) throw fail('configuration', `\`${repository}\` has no artefact \`${digest}\`.`, 'Correct the reference under `extends`.');
  const layers = found.manifest.layers ?? [];
  const named = layers.flatMap((layer) => {
    const path = layer.annotations?.['org.opencontainers.image.title'] ?? (layers.length === 1 ? 'waybill.standards.yaml' : undefined);
    return path !== undefined && isStandardsPath(path) ? [{ path, layer }] : [];
  });
  if (!named.some(({ path }) => path === 'waybill.standards.yaml')) {
    const message = `\`${repository}@${digest}\` holds no \`waybill.standards.yaml\`.`;
    throw fail('configuration', message, 'Push it with that file: `oras push <repository>:<tag> waybill.standards.yaml`.');
  }
  const files: CopyFile[] = [];
  for (const { path, layer } of named) files.push({ path, text: await textOf(registry, repository, path, layer, signal) });
  return { ref, files };
}

async function textOf(
  registry: Pick<OciRegistry, 'blob'>,
  repository: string,
  path: string,
  layer: Descriptor,
  signal: AbortSignal,
): Promise<string> {
  const damaged = (why: string) =>
    fail('rejected', `\`${path}\` in \`${repository}\` ${why}.`, 'Push the standards as plain files, one a layer: `oras push` does.');
  if (layer.size > largest) throw damaged(`has ${layer.size} bytes`);
  if (/\btar\b|gzip|zstd/.test(layer.mediaType)) throw damaged('is an archive');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await registry.blob(repository, layer, signal));
  } catch (error) {
    throw error instanceof TypeError ? damaged('is no text') : error;
  }
}

/** A file of standards below the folder, nowhere else. */
function isStandardsPath(path: string): boolean {
  return /^(?:[^/\\]+\/)*(?:[^/\\]+\.)?waybill\.standards\.ya?ml$/i.test(path) && !path.split('/').some((step) => /^\.{1,2}$/.test(step));
}
