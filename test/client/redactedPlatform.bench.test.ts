// What services say of secrets that this process knows reaches nobody: neither terminal nor file nor document, on both platforms.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { detailsText } from '../../client/src/commands/text/details.ts';
import { composePlatform } from '../../client/src/compose/index.ts';
import { Label, ownerOf } from '../../client/src/compose/labels.ts';
import { tailLogs } from '../../client/src/delivery/logs.ts';
import { redactedPlatform } from '../../client/src/local/redactedPlatform.ts';
import { systemClock } from '../../client/src/local/systemClock.ts';
import type { Platform } from '../../client/src/ports.ts';
import { createPorts, type Wiring } from '../../client/src/wiring.ts';
import type { EnvironmentSummary } from '../../server/src/protocol.ts';
import type { EngineHandle } from '../bench/engine.ts';
import { bench, unavailable } from '../bench/shared.ts';
import { world } from '../delivery/world.ts';
import { environmentOf, intentOf, publish, soon } from './composeBench.ts';
import { type Sight, sight } from './kubernetesSee.ts';

const secret = 'correct-horse-battery';
const talker = `#!/bin/sh\necho "connecting with ${secret}"\necho "Authorization: Basic ${Buffer.from(`shop:${secret}`).toString('base64')}"\necho done\n`;

/** The ports as the editor and the CLI have them, after the secret has been read. */
async function portsThatKnow(): Promise<Wiring> {
  const wiring = createPorts({ documents: world().ports.documents, trusted: () => true });
  await wiring.ports.secrets.read('env:WAYBILL_TEST_SECRET', soon());
  return wiring;
}

async function told(wiring: Wiring, environment: EnvironmentSummary, service: string): Promise<string> {
  const lines: string[] = [];
  for await (const batch of tailLogs(wiring.ports, { environment, services: [service], follow: false }, soon()))
    lines.push(...batch.map(({ text }) => text));
  return lines.join('\n');
}

const nothingOf = (text: string): void => {
  assert.doesNotMatch(text, new RegExp(secret));
  assert.doesNotMatch(text, /Basic c2hvcDpjb3JyZWN0/);
};

describe('what services say of secrets', { skip: unavailable('engine', 'registry', 'kubernetes') }, () => {
  let wiring: Wiring;
  before(async () => {
    process.env.WAYBILL_TEST_SECRET = secret;
    process.env.KUBECONFIG = (await bench().kubernetes()).kubeconfig;
    wiring = await portsThatKnow();
  });
  after(() => wiring?.close());

  describe('in Kubernetes', () => {
    let see: Sight;
    before(async () => {
      see = await sight(`redacted-${process.pid}`);
      const image = await see.image('talker', { command: ['sh', '-c', `${talker}exec sleep 3600`], user: '10001' });
      const livenessProbe = { httpGet: { port: 8080, path: `/alive?token=${secret}` }, initialDelaySeconds: 3600 };
      await see.deployment('talker', image, { container: { livenessProbe } });
    });
    after(() => see?.[Symbol.asyncDispose]());

    it('is taken out of their logs', async () => {
      const text = await told(wiring, see.environment, 'talker');
      assert.match(text, /connecting with \[redacted\]\nAuthorization: Basic .*\[redacted\].*\ndone/);
      nothingOf(text);
    });

    it('and out of their details', async () => {
      const found = await wiring.ports.platforms.of(see.environment.target).details?.(see.environment, 'talker', undefined, soon());
      assert.ok(found);
      assert.match(detailsText(found), /\/alive\?token=\[redacted\]/);
      nothingOf(detailsText(found));
    });
  });

  describe('on a Docker host', () => {
    let engine: EngineHandle;
    let environment: EnvironmentSummary;
    let platform: Platform;
    const project = `redacted-${process.pid}`;
    before(async () => {
      engine = await bench().engine('20.10');
      environment = environmentOf(project, [engine]);
      const secrets = { read: () => Promise.reject(new Error('none')) };
      const own = composePlatform({ credentials: { forRegistry: async () => undefined }, secrets, clock: systemClock() });
      platform = redactedPlatform(own, wiring.redactor.redact);
    });
    after(async () => {
      platform?.close();
      const left = await engine.docker('ps', '-aq', '--filter', `label=com.docker.compose.project=${project}`);
      if (left.trim() !== '') await engine.docker('rm', '-f', ...left.trim().split('\n'));
    });

    it('is taken out of their logs', async () => {
      const image = await publish(await bench().registry(), project, `${talker}exec sleep 3600\n`);
      const labels = {
        [Label.project]: project,
        [Label.service]: 'talker',
        [Label.number]: '1',
        [Label.owner]: ownerOf({ product: 'zero', service: 'talker', environment: 'dev', project }, `${project}-talker-1`),
        [Label.environment]: 'dev',
        [Label.ownService]: 'talker',
        [Label.product]: 'zero',
      };
      const marks = Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]);
      const reference = `${image.repository}@${image.digest}`;
      await engine.docker('run', '-d', '--stop-timeout', '0', '--name', `${project}-talker-1`, ...marks, reference);
      let text = '';
      for (let tries = 0; tries < 100 && !text.includes('done'); tries++) text = await told(wiring, environment, 'talker');
      assert.match(text, /connecting with \[redacted\]\nAuthorization: Basic .*\[redacted\].*\ndone/);
      nothingOf(text);
    });

    it('and out of the diagnosis of a deployment that fails', async () => {
      const image = await publish(await bench().registry(), `${project}-broken`, `${talker}exit 3\n`);
      const service = intentOf(environment, image, 'broken').service;
      const rollout = { ...service.rollout, progressDeadline: 5 };
      const plan = await platform.plan(intentOf(environment, image, 'broken', { rollout }), soon());
      const result = await platform.apply(plan, () => undefined, soon());
      assert.equal(result.outcome, 'Failed');
      assert.match(JSON.stringify(result.diagnosis?.log), /connecting with \[redacted\]/);
      nothingOf(JSON.stringify(result));
    });
  });
});
