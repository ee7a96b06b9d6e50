/** A small world in memory for use-cases: only decisions are tested with it; the parts themselves are tested on real ones. */
import { releaseAlias, releaseId, releaseIdentity } from '../../client/src/delivery/identity.ts';
import type { ReleaseRecord } from '../../client/src/ports.ts';

export const digest = (character: string) => `sha256:${character.repeat(64)}`;
export const repository = 'registry.example.com/zero-dsp/order-api';

/** A genuine release record: id, alias and hashes follow from its content. */
export function releaseRecord(more: {
  digest?: string;
  manifest?: Readonly<Record<string, unknown>>;
  started?: string;
  tag?: string;
}): ReleaseRecord {
  const manifest = more.manifest ?? { metadata: { name: 'order-api' } };
  const identity = releaseIdentity('zero-dsp/order-api', { repository, digest: more.digest ?? digest('a') }, manifest);
  const id = releaseId(identity);
  return {
    apiVersion: 'waybill.dev/v1',
    kind: 'Release',
    id,
    alias: releaseAlias(id),
    identity,
    manifest,
    tags: [more.tag ?? 'main-5d41402a-20261123081522'],
    source: { revision: '5d41402abc4b2a76b9719d911017c592ab38b0ff', branch: 'main', dirty: false },
    build: {
      id: 'b-20261123-081522-1a2b',
      builder: 'shared/build-1',
      engine: 'buildkit',
      started: more.started ?? '2026-11-23T08:15:22.000Z',
      duration: '41s',
      cached: 9,
      pushed: '12.4MB',
    },
    deployments: [],
  };
}
