import type { BuilderMember } from '../../../server/src/protocol.ts';
import type { Ports, PushResult } from '../ports.ts';
import type { Built } from './built.ts';
import { type DeployableImage, verifyPushed } from './deployableImage.ts';
import type { Report } from './events.ts';

export interface Pushed {
  readonly push: PushResult;
  readonly image: DeployableImage;
}

/**
 * Pushes what was built, from where it was built, and asks the registry whether it has just that (S1, S23). Of several platforms an index is made
 * in the registry; its digest is the image's.
 */
export async function pushAndVerify(ports: Ports, built: Built, report: Report, signal: AbortSignal): Promise<Pushed> {
  const { repository } = built.spec;
  if (!built.platforms) return await pushOne(ports, { repository, tag: built.tag, member: built.member }, report, signal);
  const images: { platform: string; digest: string; tag: string }[] = [];
  const sum = { pushed: 0, mounted: 0, existing: 0, bytes: 0 };
  for (const { platform, tag, member } of built.platforms) {
    const { push, image } = await pushOne(ports, { repository, tag, member }, report, signal);
    images.push({ platform, digest: image.digest, tag });
    for (const key of ['pushed', 'mounted', 'existing', 'bytes'] as const) sum[key] += push[key];
  }
  report({
    type: 'stage',
    stage: 'push',
    message: `putting ${images.map(({ platform }) => platform).join(', ')} under ${repository}:${built.tag}`,
  });
  const digest = await ports.registry.putIndex(repository, built.tag, images, signal);
  const image = await verifyPushed(ports.registry, { repository, tag: built.tag, digest }, signal);
  // Engines push by tag alone; from here on the index says what the images are.
  for (const { tag, digest: own } of images) await ports.registry.removeTag?.(repository, tag, own, signal).catch(noted(report, tag));
  return { push: { ...sum, digest }, image };
}

/** A tag too many is no reason to lose a release. */
function noted(report: Report, tag: string): (error: unknown) => void {
  return (error) => report({ type: 'warning', message: `The tag ${tag} stays: ${error instanceof Error ? error.message : String(error)}` });
}

async function pushOne(
  ports: Ports,
  { repository, tag, member }: { readonly repository: string; readonly tag: string; readonly member: BuilderMember },
  report: Report,
  signal: AbortSignal,
): Promise<Pushed> {
  const engine = ports.engines.open(member);
  try {
    report({ type: 'stage', stage: 'push', message: `pushing ${repository}:${tag}` });
    const push = await engine.push(repository, tag, (event) => report({ type: 'push', event }), signal);
    report({ type: 'stage', stage: 'verify', message: 'asking the registry for the digest' });
    return { push, image: await verifyPushed(ports.registry, { repository, tag, digest: push.digest }, signal) };
  } finally {
    engine.close();
  }
}
