import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { kubectlCommand } from '../../client/src/commands/text/kubectl.ts';
import { portPair } from '../../client/src/delivery/portPair.ts';
import type { EnvironmentWatch } from '../../client/src/state/environmentWatches.ts';
import { forwardList } from '../../client/src/state/forwards.ts';
import { promotionChecks, promotionKey } from '../../client/src/state/promotionChecks.ts';
import { deliveryBoard, inPromotionOrder, promotionsOf } from '../../client/src/tree/board.ts';
import { filterRows } from '../../client/src/tree/environmentFilter.ts';
import { drawnServices, environmentsTree } from '../../client/src/tree/environments.ts';
import { digest, drawn, environment, model, running, service } from './treeSamples.ts';

const now = new Date('2026-11-24T12:00:00Z');
const newer = `sha256:${'77b0'.repeat(16)}`;
const since = '2026-11-24T08:00:00Z';
const instance = { id: 'x1', name: 'order-api-x1', phase: 'Ready', ready: true, restarts: 0, since, where: 'node-1', digest };
const live = (name: string, ...services: ReturnType<typeof running>[]) =>
  [`zero-dsp/${name}`, { state: 'live', value: { environment: name, services } }] as const satisfies [string, EnvironmentWatch];
const takes = (...from: string[]) => ({ promote: { from, requires: [] } });
const workspace = model({
  services: [service('order-api'), service('billing')],
  environments: [environment('production', takes('staging')), environment('staging', takes('dev')), environment('dev')],
});

describe('the delivery board', () => {
  const environments = new Map<string, EnvironmentWatch>([
    live('dev', running('order-api', { digest: newer, tag: 'main-77b01d2', instances: [instance] })),
    live('staging', running('order-api', { instances: [instance] }), running('search', { health: 'Degraded', message: 'image not found' })),
    live('production', running('order-api', { instances: [instance] })),
  ]);
  const promotion = (to: string, digest: string) => promotionKey({ service: 'zero-dsp/order-api', environment: `zero-dsp/${to}`, digest });
  const promotions = new Map([[promotion('staging', newer), []]]);
  const [product] = deliveryBoard({ model: workspace, environments, promotions, now }).products;
  const row = (name: string) => product?.rows.find(({ label }) => label === name) ?? assert.fail(name);

  it('has the environments in promotion order and every service that is described or runs', () => {
    assert.deepEqual(
      product?.columns.map(({ label }) => label),
      ['dev', 'staging', 'production'],
    );
    assert.deepEqual(
      product?.rows.map(({ label }) => label),
      ['billing', 'order-api', 'search'],
    );
  });

  it('marks the same digest across a row, and joins neighbours', () => {
    const { cells } = row('order-api');
    assert.deepEqual(
      cells.map(({ band, sameAsPrevious }) => [band, sameAsPrevious]),
      [
        [0, false],
        [1, false],
        [1, true],
      ],
    );
  });

  it('says each cell as a sentence', () => {
    assert.deepEqual(
      row('order-api').cells.map(({ spoken }) => spoken),
      [
        'order-api in dev: main-77b01d2, healthy, for 4 h',
        'order-api in staging: main-3f2a91c, healthy, same as production, for 4 h, main-77b01d2 from dev can be promoted here',
        'order-api in production: main-3f2a91c, healthy, same as staging, for 4 h',
      ],
    );
    assert.equal(row('search').cells[1]?.message, '1/1 · image not found');
    assert.equal(row('billing').cells[0]?.spoken, 'billing in dev: not deployed');
  });

  it('tells what was changed by hand, where that is known', () => {
    const drift = new Map([['zero-dsp/order-api zero-dsp/staging', 2]]);
    const [found] = deliveryBoard({ model: workspace, environments, drift, now }).products;
    assert.equal(found?.rows[1]?.cells[1]?.drift, '2 fields changed by hand');
  });

  it('keeps what is not known apart from what is not there, and offers nothing to it', () => {
    const failed: EnvironmentWatch = { state: 'failed', failure: { kind: 'unreachable', message: 'cannot reach it', advice: '' } };
    const [found] = deliveryBoard({
      model: workspace,
      environments: new Map([...environments, ['zero-dsp/staging', failed]]),
      now,
    }).products;
    assert.deepEqual([found?.columns[1]?.note, found?.columns[1]?.detail], ['not reachable', 'cannot reach it']);
    assert.deepEqual([found?.rows[1]?.cells[1]?.state, found?.rows[1]?.cells[1]?.promotes], ['unknown', '']);
    assert.equal(found?.rows[1]?.cells[2]?.promotes, '');
  });

  it('offers a promotion only once it was judged, and says what keeps it out', () => {
    assert.deepEqual(promotionsOf({ model: workspace, environments, now }), [
      { service: 'zero-dsp/order-api', environment: 'zero-dsp/staging', digest: newer },
    ]);
    const cellOf = (judged: ReadonlyMap<string, readonly { gate: string; message: string }[]>) =>
      deliveryBoard({ model: workspace, environments, promotions: judged, now }).products[0]?.rows[1]?.cells[1];
    assert.deepEqual([cellOf(new Map())?.promotes, cellOf(new Map())?.held], ['', '']);
    const held = cellOf(new Map([[promotion('staging', newer), [{ gate: 'verified', message: 'it passed no checks in `dev`' }]]]));
    assert.deepEqual([held?.promotes, held?.held], ['', 'main-77b01d2 from dev not verified yet']);
    assert.match(held?.spoken ?? '', /, main-77b01d2 from dev not verified yet: it passed no checks in `dev`$/);
  });

  it('judges what is wanted once a minute, and forgets the rest', async () => {
    let [time, asked] = [now.getTime(), 0];
    const clock = { now: () => new Date(time), sleep: async () => undefined };
    const checks = promotionChecks(async ({ environment: to }) => {
      asked += 1;
      if (to === 'p/broken') throw new Error('no answer');
      return [];
    }, clock);
    const one = { service: 'p/s', environment: 'p/e', digest };
    const settled = () => new Promise((resolve) => setImmediate(resolve));
    checks.want([one, { ...one, environment: 'p/broken' }]);
    await settled();
    checks.want([one, { ...one, environment: 'p/broken' }]);
    await settled();
    assert.equal(asked, 2);
    assert.deepEqual(checks.store.get().get(promotionKey(one)), []);
    assert.match(checks.store.get().get(promotionKey({ ...one, environment: 'p/broken' }))?.[0]?.message ?? '', /no answer/);
    time += 61_000;
    checks.want([one]);
    await settled();
    assert.deepEqual([asked, checks.store.get().size], [3, 1]);
  });

  it('survives environments that take from each other', () => {
    const circle = [environment('a', takes('b')), environment('b', takes('a'))];
    assert.deepEqual(
      inPromotionOrder(circle).map(({ name }) => name),
      ['b', 'a'],
    );
  });
});

describe('the view Environments', () => {
  const input = { model: workspace, operations: [], trusted: true, now };
  const environments = new Map<string, EnvironmentWatch>([
    live(
      'dev',
      running('order-api', { instances: [instance, { ...instance, id: 'x2', name: 'order-api-x2', digest: newer }] }),
      running('search'),
    ),
  ]);

  it('keeps the rows that hold every word, with what stands above them', () => {
    const rows = environmentsTree({ ...input, environments });
    assert.deepEqual(drawn(filterRows(rows, 'order x2')).slice(4), [
      'dev  kubernetes · zero-dsp-dev [server-environment]',
      '  order-api  1/1 · main-3f2a91c · sha256:5e6f5e6… [pass]',
      '    order-api-x2  ready · 4 h · node-1 · other digest sha256:77b077b… [vm-running]',
    ]);
    assert.deepEqual(drawn(filterRows(rows, 'nobody')).slice(4), [
      'dev  kubernetes · zero-dsp-dev [server-environment]',
      '  nothing fits the filter [dash]',
    ]);
    assert.equal(filterRows(rows, ' '), rows);
  });

  it('flags what may not be done, and tells why on the environment', () => {
    const denials = { exec: 'You may not open a shell: get pods/exec is not allowed.' };
    const watch = environments.get('zero-dsp/dev');
    assert.ok(watch?.state === 'live');
    const dev = environmentsTree({ ...input, environments: new Map([['zero-dsp/dev', { ...watch, denials }]]) })[2];
    assert.ok(dev?.children[0]?.context.includes('no-exec'));
    assert.ok(dev?.children[0]?.children[0]?.context.includes('no-exec'));
    assert.match(dev?.tooltip?.() ?? '', /get pods\/exec is not allowed/);
  });

  it('draws again only the services that changed', () => {
    const cache = drawnServices();
    const draw = (watches: typeof environments) => environmentsTree({ ...input, environments: watches, drawn: cache })[2]?.children ?? [];
    const [first, second] = draw(environments);
    const watch = environments.get('zero-dsp/dev');
    assert.ok(watch?.state === 'live');
    const services = watch.value.services.map((state, index) => (index === 0 ? { ...state, ready: 0 } : state));
    const [changed, same] = draw(new Map([live('dev', ...services)]));
    assert.notEqual(changed, first);
    assert.equal(same, second);
  });

  it('shows the open ports below their service, and closes them', () => {
    const forwards = forwardList();
    const stopped: string[] = [];
    const state = { phase: 'ready', instance: 'order-api-x1', connections: 1 } as const;
    const one = { service: 'zero-dsp/order-api', environment: 'zero-dsp/dev', localPort: 9000, remotePort: 8080, state };
    const entry = forwards.add(one, () => stopped.push('one'));
    const row = () => drawn(environmentsTree({ ...input, environments, forwards: forwards.store.get() }))[6];
    assert.equal(row(), '    localhost:9000 → 8080  order-api-x1 · 1 connection [plug]');
    entry.report({ phase: 'waiting', connections: 0 });
    assert.equal(row(), '    localhost:9000 → 8080  waits for an instance [sync~spin]');
    forwards.stop('1');
    assert.deepEqual([forwards.store.get(), stopped], [[], ['one']]);
    entry.end();
  });
});

describe('words for a shell', () => {
  it('name context and namespace, and are quoted where they must be', () => {
    const place = { context: 'my cluster', namespace: 'zero-dsp-dev' };
    assert.equal(kubectlCommand(place, undefined, 'x-1'), "kubectl --context 'my cluster' -n zero-dsp-dev describe pod x-1");
    assert.equal(
      kubectlCommand({ ...place, context: 'k' }, 'order-api', undefined),
      'kubectl --context k -n zero-dsp-dev get deployment,pods -l app.kubernetes.io/name=order-api',
    );
  });

  it('ports are read with the local one first', () => {
    assert.deepEqual(portPair('8080'), { localPort: 8080, remotePort: 8080 });
    assert.deepEqual(portPair('0:5432'), { localPort: 0, remotePort: 5432 });
    for (const wrong of ['', 'a', '0', '70000', '1:2:3', '99999:80']) assert.throws(() => portPair(wrong), { waybill: 'usage' });
  });
});
