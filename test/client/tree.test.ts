import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EnvironmentWatch } from '../../client/src/state/environmentWatches.ts';
import { baseImagesTree } from '../../client/src/tree/baseImages.ts';
import { buildersTree } from '../../client/src/tree/builders.ts';
import { environmentsTree, unhealthyCount } from '../../client/src/tree/environments.ts';
import { changedNodes, indexNodes } from '../../client/src/tree/node.ts';
import { servicesTree } from '../../client/src/tree/services.ts';
import { lasting, shortTag, timeAgo } from '../../client/src/tree/words.ts';
import { drawn, environment, image, model, release, running, service } from './treeSamples.ts';

const now = new Date('2026-11-24T12:00:00Z');
const noOperations = { operations: [], now, trusted: true };
const live = (...services: ReturnType<typeof running>[]) =>
  new Map([['zero-dsp/dev', { state: 'live', value: { environment: 'dev', services } } as const]]);

describe('Services', () => {
  const workspace = model({ services: [service('order-api'), service('billing')], environments: [environment('dev')] });

  it('shows product, service, releases, and where each runs', () => {
    const releases = new Map([['zero-dsp/order-api', { releases: [release('main-3f2a91c', '2026-11-24T11:48:00Z')], unreadable: [] }]]);
    assert.deepEqual(drawn(servicesTree({ ...noOperations, model: workspace, releases, environments: live(running('order-api')) })), [
      'zero-dsp  2 services · 1 of 1 healthy [layers]',
      '  billing [package]',
      '    Releases [history]',
      '      none yet: Release… makes the first [dash]',
      '  order-api  main-3f2a91c · dev ✓ [package]',
      '    Releases  1 [history]',
      '      main-3f2a91c  12 min ago · sha256:5e6f5e6… · dev [tag]',
    ]);
  });

  it('shows a running operation instead of the release', () => {
    const operations = [{ id: 1, verb: 'Deploy', service: 'order-api', environment: 'dev', message: '1/2' }];
    const rows = drawn(servicesTree({ model: workspace, releases: new Map(), environments: new Map(), operations, now }));
    assert.equal(rows[4], '  order-api  deploy → dev: 1/2 [sync~spin]');
  });

  it('shows what keeps a service from being used', () => {
    const broken = model({ services: [service('order-api', { problems: [{ message: 'standards `x` are not in the workspace' }] })] });
    const rows = drawn(servicesTree({ ...noOperations, model: broken, releases: new Map(), environments: new Map() }));
    assert.equal(rows[2], '    standards `x` are not in the workspace [warning]');
  });
});

describe('Environments', () => {
  const workspace = model({
    environments: [environment('dev'), environment('production', { protected: { on: true, confirm: 'type-name', gates: [], forbid: [] } })],
  });

  it('keeps loading, empty and error apart', () => {
    const environments = new Map<string, EnvironmentWatch>([
      ...live(),
      [
        'zero-dsp/production',
        { state: 'failed', failure: { kind: 'unreachable', message: 'cannot reach prod', advice: 'Renew it.' } } as const,
      ] as const,
    ]);
    assert.deepEqual(drawn(environmentsTree({ ...noOperations, model: workspace, environments })), [
      'dev  kubernetes · zero-dsp-dev [server-environment]',
      '  nothing deployed yet [dash]',
      'production  protected · not reachable · kubernetes · zero-dsp-production [lock]',
      '  cannot reach prod [debug-disconnect]',
    ]);
    assert.equal(
      drawn(environmentsTree({ ...noOperations, model: workspace, environments: new Map() }))[1],
      '  connecting… [loading~spin]',
    );
  });

  it('shows services and instances with what is wrong', () => {
    const instance = {
      id: 'x1',
      name: 'order-api-x1',
      phase: 'Ready',
      ready: true,
      restarts: 2,
      since: '2026-11-24T08:00:00Z',
      where: 'node-1',
    };
    const environments = live(
      running('order-api', { instances: [instance] }),
      running('search', { health: 'Degraded', ready: 0, wanted: 2, message: 'image not found' }),
    );
    assert.deepEqual(drawn(environmentsTree({ ...noOperations, model: workspace, environments })).slice(1, 4), [
      '  order-api  1/1 · main-3f2a91c · sha256:5e6f5e6… [pass]',
      '    order-api-x1  ready · 4 h · restarted 2 × · node-1 [vm-running]',
      '  search  0/2 · image not found · sha256:5e6f5e6… [error]',
    ]);
    assert.equal(unhealthyCount(environments), 1);
  });

  it('connects to nothing in Restricted Mode', () => {
    const rows = drawn(environmentsTree({ ...noOperations, trusted: false, model: workspace, environments: new Map() }));
    assert.equal(rows[1], '  not connected [dash]');
  });
});

describe('Base Images', () => {
  const catalogue = {
    images: [
      image('keel-2', { layer: 'os', eol: '2026-03-31', ended: true }),
      image('batch-1', {
        os: 'keel-2',
        deprecated: { since: '2026-01-01', removal: '2027-01-01', replacedBy: 'web-2' },
        components: [{ name: 'init', version: '1.0', eol: '2026-06-30', ended: true, deprecated: false }],
        services: ['zero-dsp/order-api'],
      }),
      image('later'),
    ],
    components: [
      {
        id: 'standard/init',
        name: 'init',
        standards: 'standard',
        title: 'Supervisor',
        location: image('x').location,
        versions: [
          { version: '1.2', eol: '2029-06-30', ended: false, default: true, images: [] },
          { version: '1.0', eol: '2026-06-30', ended: true, default: false, images: ['standard/batch-1'] },
        ],
      },
    ],
  };

  it('shows what stands on what, until when, and what has ended', () => {
    assert.deepEqual(drawn(baseImagesTree({ model: model({ catalogue }), now })), [
      'OS images  1 · 1 ended [layers]',
      '  keel-2  ended 2026-03-31 · 1 base image stands on it [error]',
      '    batch-1  1.0 · deprecated, removal in 38 days · 1 service · on keel-2, which ended · init 1.0 ended [warning]',
      '      init 1.0  ended 2026-06-30 [error]',
      '      order-api  zero-dsp [package]',
      'Base images  2 · 1 deprecated [layers-active]',
      '  batch-1  1.0 · deprecated, removal in 38 days · 1 service · on keel-2, which ended · init 1.0 ended [warning]',
      '    init 1.0  ended 2026-06-30 [error]',
      '    order-api  zero-dsp [package]',
      '  later  1.0 · 0 services [layers-active]',
      'Components  1 [extensions]',
      '  init  Supervisor · 1.0 ended and in use [warning]',
      '    1.2  until 2029-06-30 · default [tag]',
      '    1.0  ended 2026-06-30 · in batch-1 [error]',
    ]);
    assert.deepEqual(baseImagesTree({ model: model(), now }), []);
  });

  it('shows only what is deprecated or has ended, or that there is no such thing', () => {
    assert.deepEqual(drawn(baseImagesTree({ model: model({ catalogue }), now, onlyAgeing: true })), [
      'OS images  1 · 1 ended [layers]',
      '  keel-2  ended 2026-03-31 · 1 base image stands on it [error]',
      '    batch-1  1.0 · deprecated, removal in 38 days · 1 service · on keel-2, which ended · init 1.0 ended [warning]',
      '      init 1.0  ended 2026-06-30 [error]',
      '      order-api  zero-dsp [package]',
      'Base images  2 · 1 deprecated [layers-active]',
      '  batch-1  1.0 · deprecated, removal in 38 days · 1 service · on keel-2, which ended · init 1.0 ended [warning]',
      '    init 1.0  ended 2026-06-30 [error]',
      '    order-api  zero-dsp [package]',
      'Components  1 [extensions]',
      '  init  Supervisor · 1.0 ended and in use [warning]',
      '    1.2  until 2029-06-30 · default [tag]',
      '    1.0  ended 2026-06-30 · in batch-1 [error]',
    ]);
    const fine = model({ catalogue: { images: [image('later')], components: [] } });
    assert.deepEqual(drawn(baseImagesTree({ model: fine, now, onlyAgeing: true })), [
      'Nothing is deprecated, and nothing has ended [check]',
    ]);
    assert.deepEqual(baseImagesTree({ model: model(), now, onlyAgeing: true }), [], 'no standards: the words of welcome');
  });

  it('badges what has ended and what is deprecated', () => {
    const badges = [...indexNodes(baseImagesTree({ model: model({ catalogue }), now })).values()].flatMap(({ label, badge }) =>
      badge ? [`${label}: ${badge}`] : [],
    );
    assert.deepEqual([...new Set(badges)], ['keel-2: ended', 'batch-1: deprecated', 'init 1.0: ended', '1.0: ended']);
  });

  it('has ids of its own for every row', () => {
    const rows = baseImagesTree({ model: model({ catalogue }), now });
    assert.equal(indexNodes(rows).size, drawn(rows).length);
  });
});

describe('Builders', () => {
  const member = { name: 'build-1', host: 'tcp://h:1', labels: {}, capacity: 3, weight: 1, draining: false, optional: false };
  const pools = [
    {
      name: 'shared',
      policy: 'affinity',
      maxQueue: 50,
      patience: 30,
      members: [member, { ...member, name: 'build-2' }],
      location: service('x').location,
    } as const,
  ];
  const usage = async () => ({ images: 3e9, cache: 2e9, reclaimable: 5e8 });
  const quiet = { builds: [], now, usage, trusted: true };

  it('shows version, platform and answer time, or the reason why there is none', () => {
    const version = { version: '29.0.1', apiVersion: '1.56', os: 'linux', arch: 'amd64', buildkit: true };
    const checks = new Map([
      ['shared/build-1', { state: 'reachable', version, milliseconds: 12 } as const],
      ['shared/build-2', { state: 'failed', failure: { kind: 'unreachable', message: 'refused: other CA', advice: '' } } as const],
    ]);
    assert.deepEqual(drawn(buildersTree({ ...quiet, model: model({ pools }), checks, loads: new Map() })), [
      'shared  1 of 2 reachable [server]',
      '  build-1  Docker Engine 29.0.1 · linux/amd64 · BuildKit · 12 ms [vm-active]',
      '  build-2  refused: other CA [debug-disconnect]',
    ]);
  });

  it('shows what builds and what waits', () => {
    const version = { version: '29.0.1', apiVersion: '1.56', os: 'linux', arch: 'amd64', buildkit: true };
    const checks = new Map([['shared/build-1', { state: 'reachable', version, milliseconds: 12 } as const]]);
    const loads = new Map([['shared/build-1', { running: 2, foreign: 1, waiting: 4 }]]);
    const build = (id: string, state: 'running' | 'waiting') =>
      ({ id, state, service: 'zero-dsp/order-api', pool: 'shared', member: 'build-1', since: now.getTime() }) as const;
    const builds = [build('1', 'running'), build('2', 'running'), build('3', 'waiting')];
    // Other members may lead to the same engine: what is this window's own is counted where it was sent.
    const rows = buildersTree({ ...quiet, builds, model: model({ pools }), checks, loads });
    assert.deepEqual(drawn(rows).slice(0, 2), [
      'shared  1 of 2 reachable · 2 running · 1 queued [server]',
      '  build-1  3 of 3 building · 1 queued · Docker Engine 29.0.1 · linux/amd64 · BuildKit · 12 ms [vm-running]',
    ]);
    // A row that gets its first child is unfolded by the editor only when it is a new one.
    const idle = buildersTree({ ...quiet, model: model({ pools }), checks, loads });
    assert.notEqual(rows[0]?.children[0]?.id, idle[0]?.children[0]?.id);
  });

  const version = { version: '29.0.1', apiVersion: '1.56', os: 'linux', arch: 'amd64', buildkit: true };
  const reachable = new Map([['shared/build-1', { state: 'reachable', version, milliseconds: 12 } as const]]);

  it('shows each build below its builder, and those that nobody can take below the pool', () => {
    const build = { pool: 'shared', since: now.getTime() - 120_000 };
    const builds = [
      { ...build, id: '1', service: 'zero-dsp/order-api', member: 'build-1', state: 'running' },
      { ...build, id: '2', service: 'zero-dsp/billing', member: 'build-1', state: 'waiting' },
      { ...build, id: '3', service: 'zero-dsp/user-api', state: 'waiting' },
    ] as const;
    const rows = buildersTree({ ...quiet, builds, model: model({ pools }), checks: reachable, loads: new Map() });
    assert.deepEqual(
      drawn(rows).filter((row) => / {2}(building|queued) · 2 min/.test(row)),
      ['    order-api  building · 2 min [sync~spin]', '    billing  queued · 2 min [watch]', '  user-api  queued · 2 min [watch]'],
    );
    assert.deepEqual(indexNodes(rows).get('build:2')?.subject, { build: '2', service: 'zero-dsp/billing' });
  });

  it('marks what is drained, and pools of the Docker CLI, which are only read', () => {
    const theirs = [{ name: 'docker-contexts', policy: 'affinity', maxQueue: 50, patience: 30, members: [member] } as const];
    const drained = [{ ...pools[0], name: 'shared', members: [{ ...member, draining: true }] } as const];
    const input = { ...quiet, checks: reachable, loads: new Map() };
    const [row] = buildersTree({ ...input, model: model({ pools: drained as never }) })[0]?.children ?? [];
    assert.deepEqual(row?.context, ['builder', 'ours', 'draining', 'reachable']);
    const [pool] = buildersTree({ ...input, model: model({ pools: theirs }) });
    assert.deepEqual([pool?.description, pool?.context], ['of the Docker CLI · 0 of 1 reachable', ['pool']]);
    assert.match(pool?.tooltip?.() ?? '', /only read: change it with `docker context`/);
  });

  it('says of an empty pool that it is empty', () => {
    const empty = [{ ...pools[0], members: [] }] as never;
    assert.deepEqual(drawn(buildersTree({ ...quiet, model: model({ pools: empty }), checks: reachable, loads: new Map() })), [
      'shared  no builders yet [server]',
    ]);
  });

  it('tells what is on a builder’s disk when somebody asks for it', async () => {
    const [row] = buildersTree({ ...quiet, model: model({ pools }), checks: reachable, loads: new Map() })[0]?.children ?? [];
    assert.equal(await row?.more?.(), 'images 3.00 GB · build cache 2.00 GB, of which 500.0 MB is not in use');
  });
});

describe('rows', () => {
  const tree = (...services: ReturnType<typeof running>[]) =>
    environmentsTree({ ...noOperations, model: model({ environments: [environment('dev')] }), environments: live(...services) });

  it('draws again only what has changed', () => {
    const before = tree(running('order-api'), running('billing'));
    assert.deepEqual(changedNodes(before, tree(running('order-api'), running('billing'))), []);
    const after = tree(running('order-api', { ready: 0 }), running('billing'));
    assert.deepEqual(changedNodes(before, after), ['environment:zero-dsp/dev:service:order-api']);
    assert.deepEqual(changedNodes([], after), [undefined]);
  });

  it('have ids of their own', () => {
    const nodes = tree(running('a'), running('b'));
    assert.equal(indexNodes(nodes).size, 3);
  });

  it('say tags without the moment at their end', () => {
    assert.equal(shortTag('main-eb3aa955-20261124085726'), 'main-eb3aa955');
    assert.equal(shortTag('v1.2.3'), 'v1.2.3');
  });

  it('say times as people do', () => {
    assert.equal(timeAgo('2026-11-24T11:59:45Z', now), 'now');
    assert.equal(timeAgo('2026-11-20T11:59:45Z', now), '2026-11-20');
    assert.equal(lasting('2026-11-24T11:00:00Z', now), '1 h');
    assert.equal(timeAgo('yesterday', now), undefined);
  });
});
