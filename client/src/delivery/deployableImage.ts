import type { ImageByDigest } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { Registry } from '../ports.ts';

declare const verified: unique symbol;

/** An image whose digest the registry itself has confirmed. Only this module makes one; nothing else can be deployed (S1). */
export interface DeployableImage extends ImageByDigest {
  readonly [verified]: true;
}

/** After a push: what the daemon says it pushed must be what the registry answers for the tag. Throws `rejected` when they differ. */
export async function verifyPushed(
  registry: Registry,
  pushed: { readonly repository: string; readonly tag: string; readonly digest: string },
  signal: AbortSignal,
): Promise<DeployableImage> {
  const { repository, tag } = pushed;
  const digest = wellFormed(pushed.digest, `${repository}:${tag}`);
  const answered = await registry.resolve(repository, tag, signal);
  if (answered === digest) return confirmed(repository, digest);
  throw fail(
    'rejected',
    `The registry answers ${answered ? `the digest \`${answered}\`` : 'nothing'} for \`${repository}:${tag}\`, but \`${digest}\` was pushed.`,
    'Somebody else pushes this tag, or a proxy changes images: make the tag unique and release again.',
  );
}

/** Before a deployment: the registry must hold exactly the recorded digest. Throws `rejected` when it is gone or another. */
export async function verifyRecorded(registry: Registry, image: ImageByDigest, signal: AbortSignal): Promise<DeployableImage> {
  const digest = wellFormed(image.digest, image.repository);
  const answered = await registry.resolve(image.repository, digest, signal);
  if (answered === digest) return confirmed(image.repository, digest);
  const what = `\`${image.repository}@${digest}\``;
  throw answered === undefined
    ? fail('rejected', `The registry no longer holds ${what}.`, 'Choose another release, or push the image again from where it still is.')
    : fail('rejected', `The registry answers another digest (\`${answered}\`) for ${what}.`, 'Tell the people who run the registry.');
}

function wellFormed(digest: string, what: string): string {
  if (/^sha256:[0-9a-f]{64}$/.test(digest)) return digest;
  throw fail('rejected', `\`${digest}\` for \`${what}\` is not a digest.`, 'Release again; the registry or a proxy answers wrongly.');
}

function confirmed(repository: string, digest: string): DeployableImage {
  return { repository, digest } as DeployableImage;
}
