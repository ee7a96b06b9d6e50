/** Builds the sample's OS, builder and base images on a real engine, pushes them, and writes their real digests into the copy. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { BuildOrder, Engine } from '../../client/src/ports.ts';
import { provideBusybox, type SampleCopy, sampleRegistry } from './sampleCopy.ts';

interface StandardsImage {
  readonly name: string;
  readonly image: string;
  readonly current: { readonly tag: string; readonly digest: string };
  readonly source: { readonly context: string; readonly dockerfile: string };
}
interface StandardsFile {
  readonly osImages: readonly StandardsImage[];
  readonly builderImages: readonly StandardsImage[];
  readonly baseImages: readonly StandardsImage[];
}

function orderFor(copy: SampleCopy, image: StandardsImage): BuildOrder {
  const context = join(copy.folder, image.source.context);
  return {
    spec: {
      service: image.name,
      product: 'images',
      context,
      dockerfile: join(context, image.source.dockerfile),
      args: {},
      secrets: [],
      platforms: ['linux/amd64'],
      repository: image.image,
      tagTemplate: image.current.tag,
      labels: {},
      pool: 'seed',
      selector: {},
      timeout: 300,
      errors: [],
      findings: { error: 0, warning: 0, waived: 0 },
      immutableTags: [],
    },
    tags: [`${image.image}:${image.current.tag}`],
    labels: {},
    sourceDate: new Date('2026-11-01T00:00:00Z'),
  };
}

/**
 * Seeds `registry` (host and port) and makes the copy name it.
 * @param report one line per image, for people who wait
 */
export async function seedImages(
  copy: SampleCopy,
  engine: Engine,
  registry: string,
  report: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  await provideBusybox(copy);
  await copy.replaceAll(sampleRegistry, registry);
  const read = async () => parse(await readFile(join(copy.folder, 'waybill.standards.yaml'), 'utf8')) as StandardsFile;
  const standards = await read();
  // Lower layers first: what stands on an image is built after the image's real digest has been written.
  for (const image of [...standards.osImages, ...standards.builderImages, ...standards.baseImages]) {
    const started = performance.now();
    await engine.build(orderFor(copy, image), () => undefined, signal);
    const { digest } = await engine.push(image.image, image.current.tag, () => undefined, signal);
    await copy.replaceAll(image.current.digest, digest);
    report(`${image.name.padEnd(8)} ${digest.slice(0, 14)}  ${((performance.now() - started) / 1000).toFixed(1)} s`);
  }
  await copy.commit('Stand on the images of this registry');
}
