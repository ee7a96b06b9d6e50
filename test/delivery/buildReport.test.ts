import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildReport, earlierBuild, layerSizes, stepCollector } from '../../client/src/delivery/buildReport.ts';
import type { Built } from '../../client/src/delivery/built.ts';
import { checkImage } from '../../client/src/delivery/imageCheck.ts';
import type { BuiltImage } from '../../client/src/ports.ts';
import { member, service, spec } from './world.ts';

function image(more: Partial<BuiltImage> = {}): BuiltImage {
  return {
    id: 'sha256:1',
    member: 'build-1',
    engine: 'buildkit',
    seconds: 12.34,
    steps: { cached: 1, ran: 1 },
    layers: ['os', 'base', 'app'],
    size: 24_000_000,
    history: [],
    config: { user: '10001', labels: {}, env: [] },
    ...more,
  };
}

describe('the image itself', () => {
  const made = (createdBy: string) => image({ history: [{ createdBy, size: 1 }] });

  it('is refused when its history holds a token, and the token is not repeated', () => {
    const token = `ghp_${'a1B2'.repeat(9)}`;
    assert.throws(
      () => checkImage(made(`RUN |1 TOKEN=${token} /bin/sh -c npm ci # buildkit`)),
      (error: Error) => /GitHub token/.test(error.message) && !error.message.includes(token),
    );
    assert.throws(() => checkImage(made('RUN git clone https://jane:hunter22@git.example.com/a')), { waybill: 'refused' });
    assert.throws(() => checkImage(made('ENV KEY=-----BEGIN RSA PRIVATE KEY-----')), /a private key \(in ENV\)/);
  });

  it('is warned of when a value was given to what sounds like a secret', () => {
    assert.deepEqual(checkImage(made('RUN |1 DB_PASSWORD=hunter22 /bin/sh -c ./migrate')), [
      'Whoever has the image can read the value of `DB_PASSWORD` in its history: use `RUN --mount=type=secret`.',
    ]);
    for (const fine of ['ENV PASSWORD_FILE=/run/secrets/db', 'ENV TOKEN=$OTHER', 'RUN echo secret=', 'COPY token.txt /']) {
      assert.deepEqual(checkImage(made(fine)), [], fine);
    }
  });

  it('says when it runs as root, whatever the Dockerfile says', () => {
    for (const user of ['', 'root', '0', '0:0', 'root:wheel'])
      assert.match(checkImage(image({ config: { user, labels: {}, env: [] } }))[0] ?? '', /runs as root/);
    assert.deepEqual(checkImage(image({ config: { user: '1000:0', labels: {}, env: [] } })), []);
  });
});

describe('the report of a build', () => {
  const history = [
    { createdBy: '/bin/sh -c #(nop)  CMD ["sh"]', size: 0 },
    { createdBy: 'RUN /bin/sh -c npm ci # buildkit', size: 9_000_000 },
    { createdBy: 'COPY . /srv # buildkit', size: 2_000_000 },
    { createdBy: 'COPY . /srv # buildkit', size: 5 },
  ];
  const built: Built = {
    id: 'b-1',
    service,
    spec,
    tag: 'main-2',
    source: {},
    image: image({ history }),
    pool: 'shared',
    member: member('build-1'),
    attempts: [{ member: 'build-2', message: 'refused the connection' }],
    layers: { os: 1, base: 1, app: 1 },
    started: new Date(0),
    folder: '/w',
  };

  it('names layers by what made them', () =>
    assert.deepEqual(layerSizes(built.image), { 'RUN npm ci': 9_000_000, 'COPY . /srv': 2_000_000, 'COPY . /srv (2)': 5 }));

  it('says where, how long, what was cached, and what grew', () => {
    const collected = stepCollector();
    collected.take({ type: 'step', id: '0', name: '[internal] load build context', state: 'done', seconds: 1 });
    collected.take({ type: 'step', id: '1', name: '[2/3] RUN npm ci', state: 'cached' });
    collected.take({ type: 'step', id: '2', name: '[3/3] COPY . /srv', state: 'started' });
    collected.take({ type: 'step', id: '2', name: '[3/3] COPY . /srv', state: 'done', seconds: 0.51 });
    collected.take({ type: 'sent', bytes: 12_000 });
    const earlier = earlierBuild([
      { outcome: 'Failed', tag: 'main-1', size: 1 },
      { outcome: 'Succeeded', tag: 'main-0', size: 20_000_000, seconds: 30, layerSizes: { 'RUN npm ci': 6_000_000 } },
    ]);
    assert.equal(
      buildReport(built, collected.steps(), collected.sent(), earlier),
      `zero-dsp/order-api  registry.example.com/zero-dsp/order-api:main-2

built on     shared/build-1 with BuildKit
not on       build-2: refused the connection
took         12.3 s, the build before 30.0 s
sent         12.0kB of the context that had changed
size         24.0MB (+4.0MB against main-0)
layers       1 of the OS image, 1 of the base image, 1 of its own
user         10001

Steps
  from the cache  [2/3] RUN npm ci
  ran 0.5 s       [3/3] COPY . /srv

Layers that grew since main-0
  +3.0MB  RUN npm ci
  +2.0MB  (new) COPY . /srv`,
    );
  });

  it('does without an earlier build', () => assert.ok(!buildReport(built, [], undefined, earlierBuild([])).includes('grew')));
});
