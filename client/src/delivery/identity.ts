import type { ImageByDigest } from '../../../server/src/protocol.ts';
import type { ReleaseRecord } from '../ports.ts';
import { canonicalHash } from './canonicalJson.ts';

export type ReleaseIdentity = ReleaseRecord['identity'];

/** The identity of a release: the same image with another manifest is another release. */
export function releaseIdentity(service: string, image: ImageByDigest, manifest: Readonly<Record<string, unknown>>): ReleaseIdentity {
  return {
    service,
    image: { repository: image.repository, digest: image.digest },
    manifestHash: `sha256:${canonicalHash(manifest)}`,
  };
}

/** `rel-` and the first 12 hex digits of SHA-256 over the canonical JSON of the identity. */
export function releaseId(identity: ReleaseIdentity): string {
  return `rel-${canonicalHash(identity).slice(0, 12)}`;
}

/** True when a record's id and hash follow from what it holds: nobody has changed it (S20). */
export function isGenuine(release: ReleaseRecord): boolean {
  return release.id === releaseId(release.identity) && release.identity.manifestHash === `sha256:${canonicalHash(release.manifest)}`;
}

/** Two words that people can say, the same for the same release everywhere. */
export function releaseAlias(id: string): string {
  const number = Number.parseInt(id.replace('rel-', '').slice(0, 12), 16);
  const first = adjectives[number % adjectives.length] ?? '';
  const second = animals[Math.floor(number / adjectives.length) % animals.length] ?? '';
  return `${first}-${second}`;
}

const adjectives = (
  'amber ashen azure bold brave breezy bright brisk calm clear clever coral crimson crisp dapper daring dusky eager early easy fair ' +
  'fleet fond frosty gentle glad golden grand green hardy hazel honest humble ivory jade jolly keen kind lively lucid lunar mellow merry ' +
  'mild misty neat nimble noble olive pearl plucky polite proud quick quiet rapid rosy royal ruby rustic sandy silver sleek snowy'
).split(' ');
const animals = (
  'badger bear beaver bison bunting camel cheetah condor crane curlew deer dolphin dove eagle egret falcon ferret finch fox gazelle ' +
  'gecko goose grouse gull hare hawk heron hornet ibex ibis jackal jay kestrel kite koala lark lemur lion lizard llama lynx magpie marten ' +
  'marmot mole moose newt ocelot orca osprey otter owl panda parrot pelican pigeon plover puffin puma quail rabbit raven robin salmon'
).split(' ');
