import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { beginnings } from '../../client/src/delivery/calendar.ts';
import { buildGates, eligibility, rollbackGates } from '../../client/src/delivery/gates.ts';
import { windowGates } from '../../client/src/delivery/windows.ts';
import type { DeployWindow } from '../../server/src/protocol.ts';
import { deployment, environment, releaseRecord } from './world.ts';

const hour = 3600;
const window = (more: Partial<DeployWindow>): DeployWindow => ({ name: 'freeze', kind: 'deny', duration: 9 * hour, ...more });
const open = (of: DeployWindow, at: string) => beginnings(of, new Date(at))?.map((date) => date.toISOString());

describe('when a window begins', () => {
  const friday = window({ rrule: 'FREQ=WEEKLY;BYDAY=FR;BYHOUR=15', timezone: 'Asia/Shanghai' });
  it('is judged in its own time zone, to the second at both ends', () => {
    assert.deepEqual(open(friday, '2026-11-27T06:59:59Z'), []);
    assert.deepEqual(open(friday, '2026-11-27T07:00:00Z'), ['2026-11-27T07:00:00.000Z']);
    assert.deepEqual(open(friday, '2026-11-27T15:59:59Z'), ['2026-11-27T07:00:00.000Z']);
    assert.deepEqual(open(friday, '2026-11-27T16:00:00Z'), []);
  });
  it('follows the change of the clocks', () => {
    const nightly = window({ cron: '0 9 * * *', duration: hour, timezone: 'Europe/Berlin' });
    assert.deepEqual(open(nightly, '2026-10-24T07:30:00Z'), ['2026-10-24T07:00:00.000Z']);
    assert.deepEqual(open(nightly, '2026-10-25T07:30:00Z'), []);
    assert.deepEqual(open(nightly, '2026-10-25T08:30:00Z'), ['2026-10-25T08:00:00.000Z']);
  });
  it('of days of the month, from its end too, and with ordinals', () => {
    const day = 24 * hour;
    assert.equal(open(window({ rrule: 'FREQ=MONTHLY;BYMONTHDAY=-1', duration: day }), '2026-02-28T12:00:00Z')?.length, 1);
    assert.equal(open(window({ rrule: 'FREQ=MONTHLY;BYDAY=-1FR', duration: day }), '2026-11-27T12:00:00Z')?.length, 1);
    assert.equal(open(window({ rrule: 'FREQ=MONTHLY;BYDAY=1FR', duration: day }), '2026-11-27T12:00:00Z')?.length, 0);
    assert.equal(open(window({ rrule: 'FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24', duration: 3 * day }), '2026-12-26T23:00:00Z')?.length, 1);
  });
  it('by cron: lists, ranges, steps, names, and either of two day fields', () => {
    assert.equal(open(window({ cron: '*/30 8-17/3 * * mon-fri', duration: 1800 }), '2026-11-24T11:31:00Z')?.length, 1);
    assert.equal(open(window({ cron: '*/30 8-17/3 * * mon-fri', duration: 1800 }), '2026-11-22T11:31:00Z')?.length, 0);
    assert.equal(open(window({ cron: '0 0 13 * fri', duration: hour }), '2026-11-27T00:30:00Z')?.length, 1);
    assert.equal(open(window({ cron: '0 0 13 * fri', duration: hour }), '2026-12-13T00:30:00Z')?.length, 1);
  });
  it('is not guessed where the rule does not say it', () => {
    const unclear = ['FREQ=WEEKLY', 'FREQ=MONTHLY', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO', 'FREQ=DAILY;COUNT=3', 'FREQ=DAILY;BYSETPOS=1'];
    for (const rrule of unclear) assert.equal(beginnings(window({ rrule }), new Date()), undefined, rrule);
    for (const cron of ['', '* * * *', '61 * * * *', '* * * foo *'])
      assert.equal(beginnings(window({ cron }), new Date()), undefined, cron);
    assert.equal(beginnings(window({ cron: '* * * * *', timezone: 'Mars/Olympus' }), new Date()), undefined);
  });
});

const guarded = (windows: readonly DeployWindow[] | undefined, more: Parameters<typeof environment>[2] = {}) =>
  environment('production', [], {
    ...more,
    protected: { on: true, confirm: 'none', gates: ['windows'], forbid: [], ...(windows ? { windows } : {}) },
  });

describe('windows', () => {
  const now = new Date('2026-11-27T08:00:00Z');
  const freeze = window({ rrule: 'FREQ=WEEKLY;BYDAY=FR;BYHOUR=15', timezone: 'Asia/Shanghai' });
  const all = window({ name: 'office', kind: 'allow', cron: '0 0 * * *', duration: 24 * hour });
  it('deny, and say until when', () => {
    const [gate] = windowGates(guarded([all, freeze]), now);
    assert.match(gate?.message ?? '', /`freeze` keeps `production` closed until Sat,? 28 Nov 2026, 00:00 Asia\/Shanghai/);
  });
  it('allow only while one of them is open', () => {
    assert.deepEqual(windowGates(guarded([all]), now), []);
    const night = window({ name: 'night', kind: 'allow', cron: '0 1 * * *', duration: hour });
    assert.match(windowGates(guarded([night]), now)[0]?.message ?? '', /open only in `night`/);
    assert.deepEqual(windowGates(guarded([night, all]), now), []);
  });
  it('that cannot be read or judged stay closed', () => {
    assert.match(windowGates(guarded(undefined), now)[0]?.message ?? '', /cannot be read/);
    assert.match(windowGates(guarded([window({ rrule: 'FREQ=WEEKLY' })]), now)[0]?.message ?? '', /depends on a date/);
  });
  it('hold for builds, for rollbacks and for promotions', () => {
    const closed = guarded([freeze]);
    assert.equal(buildGates(closed, now)[0]?.gate, 'windows');
    assert.equal(rollbackGates(closed, now)[0]?.gate, 'windows');
    assert.equal(eligibility(releaseRecord({}), closed, new Map(), now).unmet[0]?.gate, 'windows');
    assert.deepEqual(buildGates(closed, new Date('2026-11-27T16:00:00Z')), []);
  });
});

describe('what a release must have proven', () => {
  const now = new Date('2026-11-23T12:00:00Z');
  const release = releaseRecord({});
  const asks = (requires: string[], more: { soak?: number; evidence?: string[] } = {}) =>
    environment('staging', ['dev'], { promote: { from: ['dev'], requires, ...more } });
  const gates = (env: ReturnType<typeof asks>, history: Parameters<typeof deployment>[2][], of = release) =>
    eligibility(of, env, new Map([['dev', history.map((more, index) => deployment(of, history.length - index, more))]]), now).unmet.map(
      ({ gate }) => gate,
    );
  const passed = { at: '2026-11-23T09:00:00Z', by: 'ci', passed: true, checks: [] };

  it('verified: by the record of that very digest', () => {
    assert.deepEqual(gates(asks(['verified']), [{}]), ['verified']);
    assert.deepEqual(gates(asks(['verified']), [{ verification: { ...passed, passed: false } }]), ['verified']);
    assert.deepEqual(gates(asks(['verified']), [{ verification: passed }]), []);
    const other = { repository: release.identity.image.repository, digest: `sha256:${'9'.repeat(64)}` };
    assert.deepEqual(gates(asks(['verified']), [{}, { image: other, verification: passed }]), ['verified']);
  });
  it('soak: the longest stay counts, from when it was verified, past stays too', () => {
    const soak = asks(['soak'], { soak: 2 * hour });
    assert.deepEqual(gates(soak, [{ at: '2026-11-23T10:30:00Z' }]), ['soak']);
    assert.deepEqual(gates(soak, [{ at: '2026-11-23T09:30:00Z' }]), []);
    const stay = { at: '2026-11-23T08:00:00Z' };
    const replaced = (at: string) => ({ at, release: 'rel-bbbbbbbbbbbb' });
    assert.deepEqual(gates(soak, [replaced('2026-11-23T09:00:00Z'), stay]), ['soak']);
    assert.deepEqual(gates(soak, [replaced('2026-11-23T10:30:00Z'), stay]), []);
    assert.deepEqual(gates(soak, [{ at: '2026-11-23T08:00:00Z', verification: { ...passed, at: '2026-11-23T11:00:00Z' } }]), ['soak']);
  });
  it('evidence: every kind, passed', () => {
    const sonar = (result: string) => ({ kind: 'sonar', result });
    const proofs = asks(['evidence'], { evidence: ['unit-tests', 'sonar'] });
    assert.deepEqual(gates(proofs, [{}]), ['evidence']);
    const unit = { kind: 'unit-tests', result: 'passed' };
    assert.deepEqual(gates(proofs, [{}], { ...release, evidence: [unit, { kind: 'sonar', result: 'failed' }] }), ['evidence']);
    assert.deepEqual(gates(proofs, [{}], { ...release, evidence: [unit, { kind: 'sonar', result: 'passed' }] }), []);
    // The last of a kind counts.
    assert.deepEqual(gates(proofs, [{}], { ...release, evidence: [unit, sonar('failed'), sonar('passed')] }), []);
    assert.deepEqual(gates(proofs, [{}], { ...release, evidence: [unit, sonar('passed'), sonar('failed')] }), ['evidence']);
  });
  it('a requirement without its amount, and a history that cannot be read, prove nothing', () => {
    assert.deepEqual(gates(asks(['soak']), [{ at: '2020-01-01T00:00:00Z' }]), ['soak']);
    const { unmet } = eligibility(release, asks(['verified']), new Map([['dev', undefined]]), now);
    assert.deepEqual(
      unmet.map(({ gate }) => gate),
      ['order'],
    );
  });
  it('approvals are refused and explained', () => {
    const wants = environment('production', [], { protected: { on: true, confirm: 'none', gates: ['approvals'], forbid: [] } });
    assert.match(eligibility(release, wants, new Map(), now).unmet[0]?.message ?? '', /approvals of others, which cannot be given/);
  });
});
