import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { environmentLenses, serviceLenses } from '../../client/src/tree/lenses.ts';
import { environment, model, release, running, service } from './treeSamples.ts';

const range = { start: { line: 3, character: 0 }, end: { line: 3, character: 0 } };
const workspace = model({ services: [service('order-api')], environments: [environment('dev'), environment('production')] });
const none = { model: workspace, releases: new Map(), environments: new Map() };

describe('lenses of a service', () => {
  const titles = (input: Parameters<typeof serviceLenses>[2]) =>
    serviceLenses('zero-dsp/order-api', range, input).map(({ title }) => title);

  it('are verbs alone when nothing is known', () => {
    assert.deepEqual(titles(none), ['Build', 'Release…', 'Deploy…', 'Logs']);
  });

  it('say where the newest release went by its file, and what is seen running once an environment is watched', () => {
    const newest = release('main-3f2a91c', '2026-11-24T11:48:00Z');
    const releases = new Map([['zero-dsp/order-api', { releases: [newest], unreadable: [] }]]);
    assert.match(titles({ ...none, releases })[0] ?? '', /^main-3f2a91c · (→ |not deployed)/);
    const environments = new Map([
      ['zero-dsp/dev', { state: 'live', value: { environment: 'dev', services: [running('order-api')] } } as const],
    ]);
    assert.match(titles({ ...none, releases, environments })[0] ?? '', /^dev (main-3f2a91c )?✓$/);
  });

  it('tell how old it is once nothing is watched any more', () => {
    const environments = new Map([
      ['zero-dsp/dev', { state: 'live', value: { environment: 'dev', services: [running('order-api')] } } as const],
    ]);
    const seen = new Date('2026-11-24T12:00:00Z');
    const at = (now: string) => titles({ ...none, environments, seen, now: new Date(now) })[0] ?? '';
    assert.match(at('2026-11-24T12:12:30Z'), / ✓ · seen 12 min ago$/);
    assert.match(at('2026-11-24T12:00:30Z'), / ✓$/);
  });

  it('of a service that is not there are none', () => {
    assert.deepEqual(serviceLenses('zero-dsp/none', range, none), []);
  });
});

describe('lenses of environments', () => {
  it('say where each is and how it is', () => {
    const environments = new Map([
      ['zero-dsp/dev', { state: 'live', value: { environment: 'dev', services: [running('order-api')] } } as const],
      ['zero-dsp/production', { state: 'connecting' } as const],
    ]);
    const lenses = environmentLenses('file:///w/waybill.yaml', { ...none, environments });
    assert.deepEqual(
      lenses.map(({ title }) => title),
      ['k / zero-dsp-dev · 1 of 1 healthy', 'Deploy…', 'k / zero-dsp-production · connecting…', 'Deploy…'],
    );
    assert.deepEqual(lenses[1]?.subject, { environment: 'zero-dsp/dev' });
    assert.deepEqual(environmentLenses('file:///w/other.yaml', none), []);
  });
});
