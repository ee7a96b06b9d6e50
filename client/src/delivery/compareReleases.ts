import { stringify } from 'yaml';
import { fail } from '../errors.ts';
import type { Ports, ReleaseRecord } from '../ports.ts';
import { unifiedDiff } from './diff.ts';
import { findService, recordFolder } from './find.ts';
import { genuineReleases, pickRelease } from './releases.ts';

export interface ReleaseComparison {
  readonly left: ReleaseRecord;
  readonly right: ReleaseRecord;
  readonly sameImage: boolean;
  /** Layers, lowest first; absent where the registry does not tell. */
  readonly layers?: { readonly shared: number; readonly left: number; readonly right: number };
  /** YAML of the recorded manifests. */
  readonly manifests: readonly [string, string];
  /** Unified diff of the manifests; empty when they say the same. */
  readonly configuration: string;
}

/** What is different between two releases of a service: image, layers, recorded manifest. */
export async function compareReleases(
  ports: Ports,
  input: { readonly service: string; readonly left: string; readonly right: string },
  signal: AbortSignal,
): Promise<ReleaseComparison> {
  const model = await ports.documents.model(signal);
  const service = findService(model, input.service);
  const known = await genuineReleases(ports, recordFolder(model, service), service.id);
  const [left, right] = [pickRelease(known, input.left), pickRelease(known, input.right)];
  if (left.id === right.id) throw fail('usage', `Both are \`${left.id}\`.`, 'Name two releases.');
  const sameImage = left.identity.image.digest === right.identity.image.digest;
  const layers = await comparedLayers(ports, left, right, signal);
  const text = (release: ReleaseRecord) => stringify(release.manifest, { lineWidth: 0, sortMapEntries: true });
  const manifests = [text(left), text(right)] as const;
  return { left, right, sameImage, manifests, configuration: unifiedDiff(...manifests), ...(layers ? { layers } : {}) };
}

async function comparedLayers(
  ports: Ports,
  left: ReleaseRecord,
  right: ReleaseRecord,
  signal: AbortSignal,
): Promise<ReleaseComparison['layers']> {
  if (!ports.registry.layers) return undefined;
  try {
    const [one, other] = await Promise.all([
      ports.registry.layers(left.identity.image, signal),
      ports.registry.layers(right.identity.image, signal),
    ]);
    const shared = one.findIndex((layer, index) => layer !== other[index]);
    return { shared: shared < 0 ? one.length : shared, left: one.length, right: other.length };
  } catch (error) {
    signal.throwIfAborted();
    // What was deleted from the registry can still be compared by its record.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** The comparison for people. */
export function comparisonText({ left, right, sameImage, layers, configuration }: ReleaseComparison): string {
  const line = ({ id, alias, tags, source, build }: ReleaseRecord) =>
    `${id} (${alias}) ${tags[0] ?? ''} built ${build.started.slice(0, 16)} from ${source.revision?.slice(0, 12) ?? 'an unknown revision'}`;
  const revisions =
    left.source.revision === right.source.revision ? ['same revision'] : [`git log ${left.source.revision}..${right.source.revision}`];
  return [
    `- ${line(left)}`,
    `+ ${line(right)}`,
    '',
    sameImage
      ? 'image: the same digest'
      : `image: ${left.identity.image.digest.slice(0, 19)} → ${right.identity.image.digest.slice(0, 19)}`,
    layers
      ? `layers: ${layers.shared} shared from below, ${layers.left - layers.shared} → ${layers.right - layers.shared} above`
      : 'layers: the registry does not tell',
    `base: ${left.base?.image ?? 'unknown'}${left.base?.digest === right.base?.digest ? ' (the same)' : ` → ${right.base?.image ?? 'unknown'} ${right.base?.digest.slice(0, 19) ?? ''}`}`,
    `source: ${revisions}`,
    configuration === '' ? 'configuration: the same' : 'configuration:',
    configuration,
  ].join('\n');
}
