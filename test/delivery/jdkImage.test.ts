import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withPinnedJdk } from '../../client/src/delivery/jdkImage.ts';
import type { Registry } from '../../client/src/ports.ts';
import { image, serviceOf } from '../client/kubernetesSamples.ts';

const digest = `sha256:${'d'.repeat(64)}`;
const known = new Map([['registry.example.com:5000/base/jdk-volume 21', digest]]);
const registry = { resolve: async (repository: string, tag: string) => known.get(`${repository} ${tag}`) } as unknown as Registry;
const signal = AbortSignal.timeout(1000);
const service = (reference: string, mode: 'imageVolume' | 'layer' = 'imageVolume') =>
  serviceOf(image, { jdk: { version: '21', mode, mountPath: '/opt/jdk', image: reference } });

describe('the image of a JDK', () => {
  it('is mounted by the digest that its tag means when it is planned', async () => {
    const pinned = await withPinnedJdk(registry, service('registry.example.com:5000/base/jdk-volume:21'), signal);
    assert.equal(pinned.jdk?.image, `registry.example.com:5000/base/jdk-volume@${digest}`);
  });
  it('that is pinned, or not mounted, stays as it is', async () => {
    for (const given of [service(`r.example.com/jdk@${digest}`), service('r.example.com/jdk:21', 'layer'), serviceOf(image)]) {
      assert.equal(await withPinnedJdk(registry, given, signal), given);
    }
  });
  it('that is nowhere is told of before anything is planned', async () => {
    await assert.rejects(withPinnedJdk(registry, service('r.example.com/jdk:17'), signal), {
      waybill: 'configuration',
      message: /jdk:17, is not in its registry/,
    });
  });
});
