import type { ImageByDigest } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { RebaseOrder, RebasePlan, RebaseResult } from '../ports.ts';
import type { OciRegistry } from './contract.ts';
import { indexOf, indexType } from './imageIndex.ts';
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

type Variant = Platform & { readonly variant?: string };

/** What becomes of one image. */
interface Prepared {
  readonly app: Loaded;
  readonly to: Loaded;
  readonly config: RawConfig;
  readonly layers: readonly Descriptor[];
}

type Source = Pick<OciRegistry, 'manifest' | 'blob' | 'layer'>;
type Planned = Omit<RebasePlan, 'token'> & { readonly prepared: Prepared };

/**
 * Says what a rebase would make and what speaks against it; changes nothing. Every platform of an image is judged on its own, and what is said
 * of one begins with its name. Throws `rejected` for an image that is not there.
 */
export async function planRebase(registry: Source, order: RebaseOrder, signal: AbortSignal): Promise<RebasePlan> {
  const images = await imagesOf(registry, order.image, signal);
  const plans = await Promise.all(images.map((image) => planOne(registry, { ...order, image }, signal)));
  const told = (pick: (plan: Planned) => readonly string[]) =>
    plans.flatMap((plan) => pick(plan).map((text) => (plans.length > 1 ? `${platformOf(plan.prepared)}: ${text}` : text)));
  const [first] = plans;
  return {
    refusals: told(({ refusals }) => refusals),
    warnings: told(({ warnings }) => warnings),
    mustVerify: plans.some(({ mustVerify }) => mustVerify),
    layers: first?.layers ?? { exchanged: 0, kept: 0, now: 0 },
    token: plans.map(({ prepared }) => prepared) satisfies readonly Prepared[],
  };
}

async function planOne(registry: Source, order: RebaseOrder, signal: AbortSignal): Promise<Planned> {
  const app = await load(registry, order.image, undefined, signal);
  const { os = 'linux', architecture = 'amd64', variant } = app.config;
  const platform = { os, architecture, ...(variant ? { variant } : {}) };
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
    prepared: { app, to, config, layers },
  };
}

function platformOf({ app: { config } }: Prepared): string {
  return [config.os ?? 'linux', config.architecture ?? 'amd64', config.variant].filter(Boolean).join('/');
}

/**
 * Makes the image of a plan without refusals, under a new tag. Only the registry works: layers are mounted, and nothing is replaced. Of several
 * platforms an index is made; the images below it have no tags. What was stated about the old ones is not true of them and left out.
 */
export async function applyRebase(registry: OciRegistry, plan: RebasePlan, tag: string, signal: AbortSignal): Promise<RebaseResult> {
  if (plan.refusals.length > 0)
    throw fail('refused', `The image cannot be rebased: ${plan.refusals.join('; ')}.`, 'Build it again on the new base.');
  const all = (plan.token as readonly Prepared[]).map((prepared) => ({ prepared, made: manifestOf(prepared) }));
  const [first] = all;
  if (!first) throw fail('internal', 'The plan of the rebase is empty.', 'Make the plan again.');
  const { repository } = first.prepared.app;
  const top = all.length === 1 ? first.made.manifest : indexOf(all.map(({ prepared, made }) => entryOf(prepared, made.manifest)));
  const taken = await registry.resolve(repository, tag, signal);
  if (taken !== undefined && taken !== digestOf(top)) {
    throw fail('refused', `The tag \`${repository}:${tag}\` exists and is another image.`, 'Choose a new tag.');
  }
  const counts = { existing: 0, mounted: 0, copied: 0 };
  for (const { prepared, made } of all) {
    const { app, to } = prepared;
    const carry = to.manifest.layers.map((layer) => registry.carry(layer, to.repository, app.repository, signal));
    for (const carried of await Promise.all(carry)) counts[carried]++;
    await registry.putBlob(repository, made.config, signal);
    const image = { mediaType: app.mediaType, bytes: made.manifest, ...(all.length === 1 ? { tag } : {}) };
    await registry.putManifest(repository, image, signal);
  }
  if (all.length > 1) await registry.putManifest(repository, { mediaType: indexType, bytes: top, tag }, signal);
  return { digest: digestOf(top), ...counts };
}

function manifestOf({ app, config, layers }: Prepared): { readonly config: Buffer; readonly manifest: Buffer } {
  const bytes = Buffer.from(JSON.stringify(config));
  const described = { ...app.manifest.config, digest: digestOf(bytes), size: bytes.length };
  return { config: bytes, manifest: Buffer.from(JSON.stringify({ ...app.manifest, config: described, layers })) };
}

function entryOf({ app }: Prepared, manifest: Buffer): Descriptor {
  const { os = 'linux', architecture = 'amd64', variant } = app.config;
  const platform = { os, architecture, ...(variant ? { variant } : {}) };
  return { mediaType: app.mediaType, digest: digestOf(manifest), size: manifest.length, platform };
}

/** The images of an index, each of one platform; the image itself when it is none. */
async function imagesOf(registry: Source, image: ImageByDigest, signal: AbortSignal): Promise<readonly ImageByDigest[]> {
  const found = await registry.manifest(image.repository, image.digest, signal);
  // Attestations have the platform `unknown`.
  const images = (found?.manifest.manifests ?? []).filter(({ platform }) => platform && platform.os !== 'unknown');
  return images.length === 0 ? [image] : images.map(({ digest }) => ({ repository: image.repository, digest }));
}

async function load(registry: Source, image: ImageByDigest, platform: Variant | undefined, signal: AbortSignal): Promise<Loaded> {
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
  const chosen = platform && imageFor(manifest, platform);
  if (chosen) return await load(registry, { repository: image.repository, digest: chosen.digest }, platform, signal);
  const what = platform ? `no image for ${[platform.os, platform.architecture, platform.variant].filter(Boolean).join('/')}` : 'no image';
  throw fail('refused', `${image.repository}@${image.digest} has ${what}.`, 'Build it again on the new base.');
}

/** That of the variant, where there are several; else that of the architecture. */
function imageFor(manifest: Manifest, platform: Variant): Descriptor | undefined {
  const same = manifest.manifests?.find(
    ({ platform: of }) => of?.os === platform.os && of.architecture === platform.architecture && of.variant === platform.variant,
  );
  return same ?? chooseManifest(manifest, platform);
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
