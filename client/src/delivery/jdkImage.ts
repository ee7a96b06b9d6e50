import type { EffectiveService } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { Registry } from '../ports.ts';

/** The service with the image of its JDK by digest, as it is mounted: a tag of it may mean another JDK tomorrow (S1, S23). */
export async function withPinnedJdk(registry: Registry, service: EffectiveService, signal: AbortSignal): Promise<EffectiveService> {
  const { jdk } = service;
  if (jdk?.mode !== 'imageVolume' || !jdk.image || jdk.image.includes('@')) return service;
  const [, repository = jdk.image, tag = 'latest'] = /^(.+?)(?::([^:/]+))?$/.exec(jdk.image) ?? [];
  const digest = await registry.resolve(repository, tag, signal);
  if (!digest) {
    throw fail(
      'configuration',
      `The image of JDK ${jdk.version}, ${jdk.image}, is not in its registry.`,
      'Correct imageVolume.image of the component jdk in the standards, or push that image.',
    );
  }
  return { ...service, jdk: { ...jdk, image: `${repository}@${digest}` } };
}
