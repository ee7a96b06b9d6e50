// A service of the bench for compose hosts: its images, its effective configuration and its environment.
import assert from 'node:assert/strict';
import { composePlatform } from '../../client/src/compose/index.ts';
import { systemClock } from '../../client/src/local/systemClock.ts';
import type { Credentials, DeployIntent, DeployResult, EnvironmentState, LogLine, Platform } from '../../client/src/ports.ts';
import type { EffectiveService, EnvironmentSummary, SecretSource } from '../../server/src/protocol.ts';
import type { Engine } from '../bench/engine.ts';
import { pushImage } from '../bench/images.ts';
import type { Registry } from '../bench/registry.ts';

/** Serves /health on 8080, answers SIGTERM at once and counts aloud, five lines a second. */
function program(version: string, health: boolean): string {
  return `#!/bin/sh
trap 'echo "${version} bye"; exit 0' TERM
mkdir -p /tmp/www
${health ? 'echo ok > /tmp/www/health' : ''}
httpd -p ${'$'}{PORT:-8080} -h /tmp/www
echo "${version} up"
i=0
while :; do i=$((i+1)); echo "${version} line $i"; sleep 0.2; done
`;
}

export const programs = {
  good: (version: string) => program(version, true),
  unhealthy: (version: string) => program(version, false),
  hungry: () => '#!/bin/sh\nsleep 1\nexec tail /dev/zero\n',
  crashing: (version: string) => `#!/bin/sh\necho "${version} cannot find its database"\nexit 3\n`,
};

export async function publish(
  registry: Pick<Registry, 'host' | 'account'>,
  version: string,
  text: string,
  command: readonly string[] = ['/bin/start'],
): Promise<{ repository: string; digest: string }> {
  const repository = `${registry.host}/zero/order-api`;
  const digest = await pushImage(`${repository}:${version}`, { command, files: { '/bin/start': text } }, registry.account);
  return { repository, digest };
}

export function environmentOf(
  project: string,
  engines: readonly Pick<Engine, 'socket'>[],
  secrets: readonly SecretSource[] = [],
): EnvironmentSummary {
  return {
    name: 'dev',
    product: 'zero',
    location: {
      uri: 'file:///bench/waybill.environments.yaml',
      range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
    },
    target: {
      kind: 'compose',
      project,
      hosts: engines.map((engine, index) => ({ name: `host-${index + 1}`, host: `unix://${engine.socket}`, labels: {} })),
      placement: 'spread',
    },
    folder: '/bench',
    promote: { from: [], requires: [] },
    protected: { on: false, confirm: 'none', gates: [], forbid: [] },
    keepRecords: 20,
    secrets,
    problems: [],
  };
}

export function serviceOf(overrides: Partial<EffectiveService> = {}): EffectiveService {
  return {
    name: 'order-api',
    product: 'zero',
    environment: 'dev',
    repository: 'unused',
    dependsOn: [],
    ports: [{ name: 'http', port: 8080, auto: false }],
    env: [{ name: 'GREETING', value: "it's fine" }],
    config: [{ target: '/opt/app/conf/app.properties', content: 'colour=blue\n' }],
    resources: { requests: {}, limits: { memory: '64Mi', cpu: '500m' } },
    health: { readiness: { http: { port: 8080, path: '/health' }, period: 1, timeout: 2, failureThreshold: 3, initialDelay: 0 } },
    lifecycle: { stopGracePeriod: 5, preStopSleep: 0 },
    network: 'bridge',
    expose: { type: 'ClusterIP', ports: ['http'] },
    replicas: 1,
    rollout: {
      strategy: 'rolling',
      maxSurge: 1,
      maxUnavailable: 0,
      batch: 1,
      order: 'start-first',
      interval: 0,
      minReady: 0,
      progressDeadline: 20,
      confirm: false,
    },
    ignored: [],
    ...overrides,
  };
}

export function intentOf(
  environment: EnvironmentSummary,
  image: { repository: string; digest: string },
  version: string,
  overrides: Partial<EffectiveService> = {},
): DeployIntent {
  return {
    environment,
    service: serviceOf(overrides),
    image,
    tag: version,
    release: `rel-${version}`,
    alias: `alias-${version}`,
    source: {},
    by: 'dev@example.com',
    rollback: false,
  };
}

export const secretText = 'correct horse battery staple';

export function platform(credentials: Credentials = { forRegistry: async () => undefined }): Platform {
  return composePlatform({
    credentials,
    secrets: { read: async () => Buffer.from(secretText) },
    clock: systemClock(),
  });
}

export function soon(seconds = 60): AbortSignal {
  return AbortSignal.timeout(seconds * 1000);
}

export async function deploy(on: Platform, intent: DeployIntent, signal = soon()): Promise<DeployResult> {
  const plan = await on.plan(intent, signal);
  assert.deepEqual(plan.refusals, []);
  return await on.apply(plan, () => undefined, signal);
}

/** Follows a stream in the background and keeps what came. */
export function collect<Item>(source: AsyncIterable<Item>): { readonly items: Item[]; readonly done: Promise<unknown> } {
  const items: Item[] = [];
  const run = async (): Promise<undefined> => {
    for await (const item of source) items.push(item);
    return undefined;
  };
  return { items, done: run().catch((error: unknown) => error) };
}

export function textOf(batches: readonly (readonly LogLine[])[], instance?: string): string[] {
  return batches.flatMap((batch) =>
    batch.filter((line) => !line.marker && (!instance || line.instance === instance)).map((line) => line.text),
  );
}

export async function until(what: string, check: () => boolean | Promise<boolean>, seconds = 20): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await check())) {
    assert.ok(Date.now() < end, `not within ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The lines `<version> line N` are 1, 2, 3 … without a gap or a duplicate. */
export function assertCounting(lines: readonly string[], version: string): void {
  const numbers = lines.flatMap((line) => (line.startsWith(`${version} line `) ? [Number(line.slice(version.length + 6))] : []));
  assert.deepEqual(
    numbers,
    numbers.map((_, index) => (numbers[0] ?? 1) + index),
  );
}

export function stateOf(states: readonly EnvironmentState[]): EnvironmentState['services'][number] | undefined {
  return states.at(-1)?.services.find((service) => service.service === 'order-api');
}
