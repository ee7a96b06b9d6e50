import type { ImageByDigest } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { RebaseOrder, RebasePlan, RebaseResult } from '../ports.ts';
import type { OciRegistry } from './contract.ts';
import { chooseManifest, type Descriptor, type Manifest, type Platform } from './manifest.ts';
import { type RawConfig, rebaseConfig } from './rebaseConfig.ts';
import { whiteouts } from './whiteouts.ts';
import { digestOf } from './writing.ts';

/** One image of one platform, with all that its documents hold. */
interface Loaded {
  readonly repository: string;
  readonly manifest: Manifest & { readonly layers: readonly Descriptor[]; readonly config: Descriptor };
  readonly mediaType: string;
  readonly config: RawConfig;
}

interface Prepared {
  readonly app: Loaded;
  readonly to: Loaded;
  readonly config: RawConfig;
  readonly layers: readonly Descriptor[];
}

type Source = Pick<OciRegistry, 'manifest' | 'blob' | 'layer'>;

/** Says what a rebase would make and what speaks against it; changes nothing. Throws `rejected` for an image that is not there. */
export async function planRebase(registry: Source, order: RebaseOrder, signal: AbortSignal): Promise<RebasePlan> {
  const app = await load(registry, order.image, undefined, signal);
  const platform = { os: app.config.os ?? 'linux', architecture: app.config.architecture ?? 'amd64' };
  const [from, to] = await Promise.all([load(registry, order.from, platform, signal), load(registry, order.to, platform, signal)]);
  const { config, exchanged, refusals, warnings } = rebaseConfig(app.config, from.config, to.config, order.labels);
  const own = app.manifest.layers.slice(exchanged);
  const deleted = refusals.length > 0 ? [] : await deletions(registry, app.repository, own, signal);
  const layers = [...to.manifest.layers.map((layer) => ({ ...layer, mediaType: layerType(layer, app.mediaType) })), ...own];
  return {
    refusals,
    warnings: [...warnings, ...deleted],
    mustVerify: deleted.length > 0,
    layers: { exchanged, kept: own.length, now: to.manifest.layers.length },
    token: { app, to, config, layers } satisfies Prepared,
  };
}

/** Makes the image of a plan without refusals, under a new tag. Only the registry works: layers are mounted, and nothing is replaced. */
export async function applyRebase(registry: OciRegistry, plan: RebasePlan, tag: string, signal: AbortSignal): Promise<RebaseResult> {
  if (plan.refusals.length > 0)
    throw fail('refused', `The image cannot be rebased: ${plan.refusals.join('; ')}.`, 'Build it again on the new base.');
  const { app, to, config, layers } = plan.token as Prepared;
  const bytes = Buffer.from(JSON.stringify(config));
  const digest = digestOf(bytes);
  const manifest = Buffer.from(JSON.stringify({ ...app.manifest, config: { ...app.manifest.config, digest, size: bytes.length }, layers }));
  const taken = await registry.resolve(app.repository, tag, signal);
  if (taken !== undefined && taken !== digestOf(manifest)) {
    throw fail('refused', `The tag \`${app.repository}:${tag}\` exists and is another image.`, 'Choose a new tag.');
  }
  const counts = { existing: 0, mounted: 0, copied: 0 };
  for (const carried of await Promise.all(
    to.manifest.layers.map((layer) => registry.carry(layer, to.repository, app.repository, signal)),
  )) {
    counts[carried]++;
  }
  await registry.putBlob(app.repository, bytes, signal);
  return { digest: await registry.putManifest(app.repository, { mediaType: app.mediaType, bytes: manifest, tag }, signal), ...counts };
}

async function load(registry: Source, image: ImageByDigest, platform: Platform | undefined, signal: AbortSignal): Promise<Loaded> {
  const found = await registry.manifest(image.repository, image.digest, signal);
  if (!found)
    throw fail(
      'rejected',
      `${image.repository} has no ${image.digest}.`,
      'Push the image again, or choose one that the registry still has.',
    );
  const { manifest } = found;
  if (manifest.config && manifest.layers) {
    const config = JSON.parse(Buffer.from(await registry.blob(image.repository, manifest.config, signal)).toString('utf8')) as RawConfig;
    const mediaType = manifest.mediaType ?? 'application/vnd.oci.image.manifest.v1+json';
    return { repository: image.repository, manifest: { ...manifest, config: manifest.config, layers: manifest.layers }, mediaType, config };
  }
  const chosen = platform ? chooseManifest(manifest, platform) : onlyImage(manifest);
  if (chosen) return await load(registry, { repository: image.repository, digest: chosen.digest }, platform, signal);
  const what = platform ? `no image for ${platform.os}/${platform.architecture}` : 'images for several platforms';
  throw fail('refused', `${image.repository}@${image.digest} has ${what}.`, 'Build it again on the new base.');
}

/** The one image of an index; attestations have the platform `unknown`. */
function onlyImage({ manifests = [] }: Manifest): Descriptor | undefined {
  const images = manifests.filter(({ platform }) => platform && platform.os !== 'unknown');
  return images.length === 1 ? images[0] : undefined;
}

/** What the image's own layers take away from its base: the new base may need it. */
async function deletions(
  registry: Source,
  repository: string,
  layers: readonly Descriptor[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const own = new Set<string>();
  const said: string[] = [];
  for (const layer of layers) {
    const paths = await whiteouts(await registry.layer(repository, layer, signal), layer.mediaType, own);
    if (paths === undefined) said.push(`a layer cannot be examined for deletions (\`${layer.mediaType}\`)`);
    else if (paths.length > 0)
      said.push(
        `it deletes files of its base: ${paths
          .slice(0, 5)
          .map((path) => `\`/${path}\``)
          .join(', ')}${paths.length > 5 ? ', …' : ''}`,
      );
  }
  return said;
}

/** Layers of the other family of manifests are the same bytes under another name. */
function layerType({ mediaType }: Descriptor, manifestType: string): string {
  const docker = 'application/vnd.docker.image.rootfs.diff.tar.gzip';
  const oci = 'application/vnd.oci.image.layer.v1.tar+gzip';
  if (/vnd\.docker/.test(manifestType)) return mediaType === oci ? docker : mediaType;
  return mediaType === docker ? oci : mediaType;
}
