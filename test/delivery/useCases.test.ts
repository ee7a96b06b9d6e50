import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildImage } from '../../client/src/delivery/build.ts';
import { deployRelease, planRelease } from '../../client/src/delivery/deploy.ts';
import type { DeliveryEvent, Questions } from '../../client/src/delivery/events.ts';
import { attachEvidence } from '../../client/src/delivery/evidence.ts';
import { promotionGates } from '../../client/src/delivery/promotions.ts';
import { createRelease, releaseTo } from '../../client/src/delivery/release.ts';
import { releaseChoices } from '../../client/src/delivery/releases.ts';
import { rollBack } from '../../client/src/delivery/rollback.ts';
import { statusOf } from '../../client/src/delivery/status.ts';
import { fail } from '../../client/src/errors.ts';
import { originOf } from '../../client/src/local/origin.ts';
import { deployment, digest, environment, member, releaseRecord, repository, world } from './world.ts';

const signal = new AbortController().signal;
const yes: Questions = { confirm: async () => true, typeName: async () => undefined };
const silent = () => undefined;
const image = { service: 'order-api' };

describe('building', () => {
  it('journals what was built, where and from what', async () => {
    const { ports, builds } = world();
    const built = await buildImage(ports, image, silent, signal);
    assert.equal(built.tag, 'feature-x-5d41402a-20261123081522');
    assert.deepEqual(built.layers, { os: 1, base: 1, app: 1 });
    assert.match(built.id, /^b-20261123-081522-[0-9a-f]{4}$/);
    assert.equal(builds.length, 1);
    assert.equal(builds[0]?.outcome, 'Succeeded');
    assert.equal(builds[0]?.revision, '5d41402abc4b2a76b9719d911017c592ab38b0ff');
  });
  it('goes on to the next builder while nothing has begun, and says so', async () => {
    const members = [member('build-1', { weight: 1000 }), member('build-2', { weight: 0.001 })];
    for (const options of [
      { members, down: ['build-1'] },
      { members, build: (name: string) => (name === 'build-1' ? fail('unreachable', 'lost before the first step', '') : {}) },
    ]) {
      const { ports } = world(options);
      const events: DeliveryEvent[] = [];
      const built = await buildImage(ports, image, (event) => events.push(event), signal);
      assert.equal(built.member.name, 'build-2');
      assert.deepEqual(
        built.attempts.map((attempt) => attempt.member),
        ['build-1'],
      );
      assert.ok(events.some((event) => event.type === 'attempt'));
    }
  });
  it('never tries a failed build elsewhere, nor one that lost its daemon half-way', async () => {
    for (const error of [fail('build-failed', 'step 2 ended with 1', ''), fail('unreachable', 'lost while building', '')]) {
      const { ports, opened, builds } = world({ build: () => error });
      await assert.rejects(buildImage(ports, image, silent, signal), (thrown) => thrown === error);
      assert.equal(opened.length, 1);
      assert.deepEqual([builds[0]?.outcome, builds[0]?.error], ['Failed', error.message]);
    }
  });
  it('asks only the builder that was named', async () => {
    const { ports, opened } = world({ down: ['build-2'] });
    await assert.rejects(buildImage(ports, { ...image, member: 'build-2' }, silent, signal), { waybill: 'unreachable' });
    assert.deepEqual(opened, ['build-2']);
  });
  it('is strict about the platform', async () => {
    const { ports } = world({ spec: { platforms: ['linux/arm64'] } });
    await assert.rejects(buildImage(ports, image, silent, signal), { message: /is linux\/amd64 and does not build linux\/arm64/ });
  });
  it('is refused for errors of lint', async () => {
    const location = { uri: 'file:///w/order-api/Dockerfile', range: { start: { line: 2, character: 0 }, end: { line: 2, character: 4 } } };
    const { ports, opened } = world({ spec: { errors: [{ message: 'The base floats.', rule: 'base/digest', location }] } });
    await assert.rejects(buildImage(ports, image, silent, signal), {
      waybill: 'refused',
      message: /The base floats\. \(`base\/digest`\)/,
      at: { file: '/w/order-api/Dockerfile', line: 3 },
    });
    assert.deepEqual(opened, []);
  });
  it('is refused for an immutable tag that exists, and for `latest`', async () => {
    const { ports, registry } = world();
    registry.set(`${repository}:v1`, digest('e'));
    await assert.rejects(buildImage(ports, { ...image, tag: 'v1' }, silent, signal), { message: /release\/tag-exists/ });
    await assert.rejects(buildImage(ports, { ...image, tag: 'latest' }, silent, signal), { waybill: 'refused' });
  });
  it('is refused when the image does not stand on its base', async () => {
    const { ports, builds } = world({ build: () => ({ layers: ['squashed'] }) });
    await assert.rejects(buildImage(ports, image, silent, signal), { message: /base\/not-inherited/ });
    assert.equal(builds[0]?.outcome, 'Failed');
  });
});

describe('releasing', () => {
  it('records the digest that push stream and registry agree on, then deploys that very digest', async () => {
    const { ports, saved, applied } = world();
    const { release, deployed } = await releaseTo(ports, { ...image, environment: 'dev' }, yes, silent, signal);
    assert.equal(release.identity.image.digest, digest('a'));
    assert.equal(deployed.result?.outcome, 'Succeeded');
    assert.equal(applied[0]?.image.digest, digest('a'));
    const [kept] = [...saved.values()];
    assert.equal(kept?.id, release.id);
    assert.deepEqual(
      kept?.deployments.map(({ environment, result, by }) => ({ environment, result, by })),
      [{ environment: 'dev', result: 'Succeeded', by: 'jane@example.com' }],
    );
    assert.deepEqual(release.base?.layers, { os: 1, base: 1, app: 1 });
  });
  it('makes no release when the registry answers another digest', async () => {
    const { ports, saved } = world({ pushed: digest('f') });
    await assert.rejects(createRelease(ports, image, silent, signal), { waybill: 'rejected', message: /was pushed/ });
    assert.equal(saved.size, 0);
  });
  it('refuses, before building, an environment that takes no builds, and names where from', async () => {
    const { ports, opened } = world();
    await assert.rejects(releaseTo(ports, { ...image, environment: 'staging' }, yes, silent, signal), {
      waybill: 'refused',
      message: /`staging` takes no builds.*`dev`/,
      advice: /release to an environment that takes builds/i,
    });
    assert.deepEqual(opened, []);
  });
});

describe('deploying', () => {
  const release = releaseRecord({});
  const order = { service: 'order-api', environment: 'staging', release: release.id };
  const ready = (options: Parameters<typeof world>[0] = {}) => {
    const made = world(options);
    made.saved.set(release.id, release);
    made.registry.set(`${repository}@${digest('a')}`, digest('a'));
    made.histories.set('dev', [deployment(release, 1)]);
    return made;
  };
  it('promotes a release that succeeded before, by the same digest', async () => {
    const { ports, applied, saved } = ready();
    const { result } = await deployRelease(ports, order, yes, silent, signal);
    assert.equal(result?.outcome, 'Succeeded');
    assert.equal(applied[0]?.image.digest, digest('a'));
    assert.equal(saved.get(release.id)?.deployments[0]?.promotedFrom, 'dev');
  });
  for (const [why, history] of [
    ['never was there', []],
    ['failed there', [deployment(release, 1, { result: 'Failed' })]],
    ['ran there by another digest', [deployment(release, 1, { image: { repository, digest: digest('e') } })]],
  ] as const) {
    it(`refuses a release that ${why}`, async () => {
      const { ports, histories, applied } = ready();
      histories.set('dev', [...history]);
      await assert.rejects(deployRelease(ports, order, yes, silent, signal), { waybill: 'refused', message: /has not succeeded in `dev`/ });
      assert.equal(applied.length, 0);
    });
  }
  it('says when the records of the source cannot be read, and does not guess', async () => {
    const { ports, histories } = ready();
    histories.delete('dev');
    await assert.rejects(deployRelease(ports, order, yes, silent, signal), { message: /records of `dev` could not be read/ });
  });
  it('names every gate that cannot be judged, each with its remedy', async () => {
    const staging = environment('staging', ['dev'], {
      promote: { from: ['dev'], requires: ['soak', 'evidence'] },
      protected: { on: true, confirm: 'yes-no', gates: ['approvals', 'windows'], forbid: [] },
    });
    const { ports } = ready({ environments: [environment('dev', []), staging] });
    await assert.rejects(deployRelease(ports, order, yes, silent, signal), (error: Error & { advice?: string }) => {
      for (const gate of ['soak', 'evidence', 'approvals', 'windows']) {
        assert.match(error.message, new RegExp(`gate \`${gate}\``));
        assert.match(error.advice ?? '', new RegExp(`\`(promote\\.requires|protected)\\.${gate}\``));
      }
      return true;
    });
  });
  it('writes nothing without confirmation, and nothing on a wrong name', async () => {
    const guarded = environment('staging', ['dev'], { protected: { on: true, confirm: 'type-name', gates: [], forbid: [] } });
    const { ports, applied } = ready({ environments: [environment('dev', []), guarded] });
    const typed = (name?: string): Questions => ({ confirm: async () => true, typeName: async () => name });
    assert.equal((await deployRelease(ports, order, { ...yes, confirm: async () => false }, silent, signal)).result, undefined);
    assert.equal((await deployRelease(ports, order, typed(undefined), silent, signal)).result, undefined);
    await assert.rejects(deployRelease(ports, order, typed('stagin'), silent, signal), { waybill: 'refused' });
    assert.equal(applied.length, 0);
    assert.equal((await deployRelease(ports, order, typed('staging'), silent, signal)).result?.outcome, 'Succeeded');
  });
  it('shows the plan, then refuses what the platform refuses', async () => {
    const { ports, applied } = ready({ plan: { refusals: ['Helm owns Deployment order-api'] } });
    const events: DeliveryEvent[] = [];
    await assert.rejects(
      deployRelease(ports, order, yes, (event) => events.push(event), signal),
      { message: /Helm owns/ },
    );
    assert.ok(events.some((event) => event.type === 'plan'));
    assert.equal(applied.length, 0);
  });
  it('stops at errors of the effective configuration', async () => {
    const problem = { severity: 'error' as const, message: '`ORDER_DB_URL` is required in `staging`' };
    const { ports } = ready({ effective: { problems: [problem] } });
    await assert.rejects(deployRelease(ports, order, yes, silent, signal), { waybill: 'configuration', message: /ORDER_DB_URL/ });
  });
  it('warns in the plan when the manifest has changed since', async () => {
    const { ports, applied } = ready({ effective: { manifest: { changed: true } } });
    await deployRelease(ports, order, yes, silent, signal);
    assert.match(applied[0]?.warnings[0] ?? '', /has changed since/);
  });
  it('stops when the registry no longer holds the image', async () => {
    const { ports, registry } = ready();
    registry.clear();
    await assert.rejects(deployRelease(ports, order, yes, silent, signal), { waybill: 'rejected', message: /no longer holds/ });
  });
  it('takes no record that somebody changed', async () => {
    const { ports, saved } = ready();
    saved.set(release.id, { ...release, manifest: { changed: true } });
    await assert.rejects(deployRelease(ports, order, yes, silent, signal), { message: /no release .*changed since it was written/s });
  });
  it('leaves a trace of a deployment that broke off', async () => {
    const { ports, saved } = ready({ result: fail('unreachable', 'connection lost', '') });
    await assert.rejects(deployRelease(ports, order, yes, silent, signal), { message: 'connection lost' });
    assert.equal(saved.get(release.id)?.deployments[0]?.result, 'Errored');
  });
  it('offers what may go before what may not', async () => {
    const { ports, saved } = ready();
    const other = releaseRecord({ digest: digest('e'), started: '2026-11-24T00:00:00.000Z' });
    saved.clear();
    saved.set(other.id, other);
    saved.set(release.id, release);
    const { choices } = await releaseChoices(ports, order, signal);
    assert.deepEqual(
      choices.map((choice) => [choice.release.id, choice.unmet.map(({ gate }) => gate), choice.promotedFrom]),
      [
        [release.id, [], 'dev'],
        [other.id, ['order'], undefined],
      ],
    );
  });
  it('judges what the board would promote as deploying it would', async () => {
    const { ports, saved } = ready();
    const other = releaseRecord({ digest: digest('e'), started: '2026-11-24T00:00:00.000Z' });
    saved.set(other.id, other);
    const gates = async (of: string) => (await promotionGates(ports, { ...order, digest: of }, signal)).map(({ gate }) => gate);
    assert.deepEqual(await gates(release.identity.image.digest), []);
    assert.deepEqual(await gates(digest('e')), ['order']);
    assert.deepEqual(await gates(digest('f')), ['release']);
  });
});

describe('evidence', () => {
  it('is attached to a release, opens the gate that asks for it, and shuts it again', async () => {
    const asking = environment('dev', []);
    const dev = { ...asking, promote: { ...asking.promote, requires: ['evidence'], evidence: ['unit-tests'] } };
    const { ports, saved, registry } = world({ environments: [dev] });
    const release = releaseRecord({});
    saved.set(release.id, release);
    registry.set(`${repository}@${digest('a')}`, digest('a'));
    const order = { service: 'order-api', environment: 'dev', release: release.id };
    const attach = (passed: boolean) =>
      attachEvidence(ports, { ...order, kind: 'unit-tests', passed, url: 'https://ci.example.com/1' }, signal);
    const remedy = new RegExp(`waybill evidence <service> ${release.id} unit-tests passed`);
    await assert.rejects(planRelease(ports, order, silent, signal), { waybill: 'refused', advice: remedy });
    assert.equal((await attach(true)).evidence.source, 'jane@example.com');
    assert.deepEqual((await planRelease(ports, order, silent, signal)).plan.refusals, []);
    await attach(false);
    await assert.rejects(planRelease(ports, order, silent, signal), { waybill: 'refused' });
    assert.equal(saved.get(release.id)?.evidence?.length, 2);
    await assert.rejects(attachEvidence(ports, { ...order, kind: 'a b', passed: true }, signal), { waybill: 'usage' });
  });
});

describe('an environment that takes deployments from pipelines alone', () => {
  const [old, now] = [releaseRecord({}), releaseRecord({ digest: digest('e') })];
  const order = { service: 'order-api', environment: 'dev' };
  const ready = (origin: 'ci' | 'workstation') => {
    const dev = environment('dev', []);
    const made = world({ environments: [{ ...dev, protected: { ...dev.protected, allowFrom: ['ci'] } }] });
    made.registry.set(`${repository}@${digest('a')}`, digest('a'));
    made.saved.set(old.id, old);
    made.histories.set('dev', [deployment(now, 2), deployment(old, 1)]);
    return { ...made, ports: { ...made.ports, identity: { ...made.ports.identity, origin } } };
  };
  it('shows the plan at a workstation with why it may not be applied, and asks nothing', async () => {
    const { ports, applied } = ready('workstation');
    const deployment = { ...order, release: old.id };
    const { plan } = await planRelease(ports, deployment, silent, signal);
    assert.match(
      plan.refusals[0] ?? '',
      /`dev` takes no deployments from a workstation \(`protected.allowFrom`\): deploy from a pipeline\./,
    );
    const asked: string[] = [];
    const questions = { ...yes, decide: async () => void asked.push('decide'), confirm: async () => asked.push('confirm') > 0 };
    await assert.rejects(deployRelease(ports, deployment, questions, silent, signal), { waybill: 'refused', message: /gate `origin`/ });
    await assert.rejects(rollBack(ports, order, questions, silent, signal), { waybill: 'refused', message: /gate `origin`/ });
    await assert.rejects(createRelease(ports, order, silent, signal), { waybill: 'refused', message: /gate `origin`/ });
    assert.deepEqual([asked, applied.length], [[], 0]);
  });
  it('takes them from a pipeline', async () => {
    const { ports, applied } = ready('ci');
    await deployRelease(ports, { ...order, release: old.id }, yes, silent, signal);
    assert.equal(applied.length, 1);
  });
  it('is told apart by what pipelines set', () => {
    for (const env of [{ CI: 'true' }, { JENKINS_URL: 'https://ci.example.com/' }, { CI: 'false', GITLAB_CI: '1' }])
      assert.equal(originOf(env), 'ci');
    for (const env of [{}, { CI: '' }, { CI: 'false' }, { CI: '0' }]) assert.equal(originOf(env), 'workstation');
  });
});

describe('rolling back', () => {
  const [old, now] = [releaseRecord({}), releaseRecord({ digest: digest('e') })];
  const order = { service: 'order-api', environment: 'dev' };
  const ready = () => {
    const made = world();
    made.registry.set(`${repository}@${digest('a')}`, digest('a'));
    made.histories.set('dev', [deployment(now, 2), deployment(old, 1)]);
    return made;
  };
  it('deploys the recorded release with its recorded configuration', async () => {
    const { ports, applied } = ready();
    await rollBack(ports, order, yes, silent, signal);
    assert.equal(applied[0]?.release, old.id);
    assert.equal((applied[0]?.token as { rollback?: boolean } | undefined)?.rollback, true);
  });
  it('goes to a chosen deployment', async () => {
    const { ports, applied } = ready();
    await rollBack(ports, { ...order, to: '1' }, yes, silent, signal);
    assert.equal(applied[0]?.release, old.id);
    await assert.rejects(rollBack(ports, { ...order, to: 'never' }, yes, silent, signal), { message: /never succeeded/ });
  });
  it('says when there is nothing to go back to', async () => {
    const { ports, histories } = ready();
    histories.set('dev', [deployment(now, 1)]);
    await assert.rejects(rollBack(ports, order, yes, silent, signal), { waybill: 'refused', message: /nothing to roll back to/ });
  });
  it('checks first that the image is still there', async () => {
    const { ports, registry } = ready();
    registry.clear();
    await assert.rejects(rollBack(ports, order, yes, silent, signal), { message: /no longer holds/ });
  });
});

describe('status', () => {
  it('is the first state of the watch', async () =>
    assert.deepEqual(await statusOf(world().ports, environment('dev', []), signal), { environment: 'dev', services: [] }));
});
