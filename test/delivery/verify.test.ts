import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { describe, it } from 'node:test';
import { commandWords } from '../../client/src/delivery/commandWords.ts';
import { deployRelease } from '../../client/src/delivery/deploy.ts';
import { happenings } from '../../client/src/delivery/notify.ts';
import { verifyService } from '../../client/src/delivery/verify.ts';
import { localPrograms } from '../../client/src/local/programs.ts';
import { redactor } from '../../client/src/local/redactor.ts';
import { localWebhooks } from '../../client/src/local/webhooks.ts';
import type { DeployResult, Ports, Verification } from '../../client/src/ports.ts';
import type { EffectiveService, EnvironmentSummary, VerifyCheck } from '../../server/src/protocol.ts';
import { deployment, digest, effective, environment, releaseRecord, repository, world } from './world.ts';

const signal = new AbortController().signal;
const yes = { confirm: async () => true, typeName: async () => undefined };
const release = releaseRecord({});
const smoke: VerifyCheck = { name: 'smoke', http: { port: 80, path: '/', scheme: 'http' }, retries: 2, timeout: 5 };

/** A world whose service answers what it is told to, one answer after another. */
function answering(
  statuses: readonly number[],
  where: EnvironmentSummary,
  checks: readonly VerifyCheck[] = [smoke],
  result?: DeployResult,
) {
  const { ports: base, saved, registry } = world({ environments: [where], ...(result ? { result } : {}) });
  saved.set(release.id, release);
  registry.set(`${repository}@${digest('a')}`, digest('a'));
  const noted: Verification[] = [];
  const left = [...statuses];
  const service: EffectiveService = { ...effective, verify: checks };
  const ports: Ports = {
    ...base,
    documents: { ...base.documents, effective: async () => ({ service, text: '', problems: [], manifest: {} }) },
    platforms: {
      of: () => ({
        ...base.platforms.of(where.target),
        history: async () => [deployment(release, 1, { effective: service })],
        askHttp: async () => ({ status: left.shift() ?? 500, from: 'pod' }),
        noteVerification: async (_environment, _service, _sequence, verification) => void noted.push(verification),
      }),
    },
  };
  return { ports, noted, saved };
}

describe('verify', () => {
  const dev = environment('dev', []);
  const order = { service: 'order-api', environment: 'dev' };
  it('tries again as often as the check says, and notes what came', async () => {
    const { ports, noted } = answering([503, 503, 204], dev);
    assert.equal((await verifyService(ports, order, () => undefined, signal)).passed, true);
    assert.equal(noted[0]?.checks[0]?.message, '/ answered 204 (pod)');
    const bad = answering([503, 503, 404, 200], dev);
    assert.equal((await verifyService(bad.ports, order, () => undefined, signal)).passed, false);
    assert.match(bad.noted[0]?.checks[0]?.message ?? '', /404/);
  });
  it('runs after a deployment where the environment asks for it; the copy says Verified', async () => {
    const { ports, noted, saved } = answering([200], { ...dev, verifyOnDeploy: true });
    const { result } = await deployRelease(ports, { ...order, release: release.id }, yes, () => undefined, signal);
    assert.equal(result?.verification?.passed, true);
    assert.equal(noted.length, 1);
    assert.equal(saved.get(release.id)?.deployments[0]?.verified, noted[0]?.at);
    const not = answering([200], dev);
    assert.equal(
      (await deployRelease(not.ports, { ...order, release: release.id }, yes, () => undefined, signal)).result?.verification,
      undefined,
    );
  });
  it('runs commands by their words, never by a shell, and only where it is trusted', async () => {
    assert.deepEqual(commandWords(`npm run 'a b' --x="c d"`), ['npm', 'run', 'a b', '--x=c d']);
    for (const line of ['a | b', 'a; b', 'a && b', '$(a)', 'a > b', '`a`', 'a *', '"a', ''])
      assert.throws(() => commandWords(line), { waybill: 'configuration' });
    const command = { name: 'c', command: 'false', retries: 0, timeout: 5 };
    const { ports } = answering([], dev, [command]);
    const requireTrust = () => {
      throw new Error('not trusted');
    };
    const untrusted = { ...ports, programs: localPrograms({ requireTrust, redactor: redactor() }) };
    const { checks } = await verifyService(untrusted, order, () => undefined, signal);
    assert.deepEqual([checks[0]?.passed, checks[0]?.message], [false, 'not trusted']);
  });
});

describe('notifications', () => {
  it('go to those who asked for what has happened, with no secret in them; a dead webhook is only a warning', async () => {
    const received: string[] = [];
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => {
        text += chunk;
      });
      request.on('end', () => {
        received.push(text);
        response.writeHead(request.url === '/dead' ? 500 : 204).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    try {
      const notify = [
        { on: ['failed'], webhook: 'env:OPS' },
        { on: ['failed', 'promoted'], webhook: 'env:DEAD' },
        { on: ['succeeded'], webhook: 'env:NEVER' },
      ];
      const failed: DeployResult = {
        outcome: 'Failed',
        message: 'password hunter2 is wrong',
        diagnosis: { kind: 'crash-loop', summary: 'It crashes with hunter2.', evidence: [], advice: '', log: ['hunter2'] },
      };
      const { ports } = answering([], { ...environment('dev', []), notify }, [], failed);
      const redacting = redactor();
      redacting.register('hunter2');
      const values: Record<string, string> = { 'env:OPS': `${base}/ops?token=s3cret`, 'env:DEAD': `${base}/dead` };
      const own = {
        ...ports,
        secrets: { read: async (reference: string) => new TextEncoder().encode(values[reference] ?? '') },
        webhooks: localWebhooks({ requireTrust: () => undefined, redactor: redacting }),
      };
      const warnings: string[] = [];
      const order = { service: 'order-api', environment: 'dev', release: release.id };
      await deployRelease(own, order, yes, (event) => event.type === 'warning' && warnings.push(event.message), signal);
      assert.equal(received.length, 2);
      assert.ok(
        received.every((text) => !text.includes('hunter2') && !text.includes('s3cret')),
        received[0],
      );
      const body = JSON.parse(received[0] ?? '{}');
      assert.deepEqual([body.outcome, body.diagnosis, body.environment, body.release], ['Failed', 'crash-loop', 'dev', release.id]);
      assert.ok(
        warnings.some((text) => text === '`env:DEAD` was not notified: A webhook answered 500.'),
        warnings.join(),
      );
    } finally {
      server.close();
    }
  });
  it('are named after what has happened', () => {
    const fine: DeployResult = { outcome: 'Succeeded', message: '' };
    assert.deepEqual(happenings({ promotedFrom: 'it', rollback: false }, fine), ['succeeded', 'promoted']);
    assert.deepEqual(happenings({ rollback: true }, fine), ['succeeded', 'rolled-back']);
    assert.deepEqual(happenings({ rollback: false }, { outcome: 'Aborted', message: '' }), ['aborted']);
  });
  it('need HTTPS, except to this machine', async () => {
    const { post } = localWebhooks({ requireTrust: () => undefined, redactor: redactor() });
    await assert.rejects(post('http://hooks.example.com/x', {}, signal), (error: Error) => !error.message.includes('hooks'));
    await assert.rejects(post('nonsense', {}, signal), { waybill: 'configuration' });
  });
});
