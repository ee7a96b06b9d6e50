import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createPorts } from '../../client/src/wiring.ts';
import { environment, member, spec, world } from '../delivery/world.ts';

describe('a workspace that is not trusted', () => {
  const { ports } = createPorts({ documents: world().ports.documents, trusted: () => false });
  const signal = new AbortController().signal;
  const image = { repository: 'registry.example.com/a', digest: `sha256:${'0'.repeat(64)}` };
  const attempts: Readonly<Record<string, () => unknown>> = {
    'asks no engine': () => ports.engines.open(member('a', { host: 'unix:///nowhere' })).version(signal),
    'builds nothing': () =>
      ports.engines.open(member('a')).build({ spec, tags: [], labels: {}, sourceDate: new Date() }, () => undefined, signal),
    'diagnoses no host': () => ports.engines.diagnose(member('a'), () => undefined, signal),
    'asks no registry': () => ports.registry.resolve(image.repository, image.digest, signal),
    'rebases nothing': () => ports.registry.planRebase({ image, from: image, to: image, labels: {} }, signal),
    'looks at no environment': async () => ports.platforms.of(environment('dev', []).target),
  };
  for (const [what, attempt] of Object.entries(attempts)) {
    it(`${what} (S15)`, () => assert.rejects(async () => attempt(), { waybill: 'untrusted' }));
  }
});
