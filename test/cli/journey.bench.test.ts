// The whole journey by the command line, on real parts: lint → build → release → plan → deploy to a compose host and to Kubernetes →
// status → logs → roll back, and what is refused on the way.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pinOf } from '../../client/src/kubernetes/index.ts';
import type { EngineHandle } from '../bench/engine.ts';
import type { KubernetesHandle } from '../bench/kubernetes.ts';
import { bench, unavailable } from '../bench/shared.ts';
import { type LocalHost, writeLocalEnvironments } from '../seed/local.ts';
import { copySample, type SampleCopy } from '../seed/sampleCopy.ts';
import { seed } from '../start/world.ts';
import { type CliOptions, objects, waybill } from './cli.ts';

const secret = 'cli-journey-s3cret/+value';

interface Plan {
  readonly identity: readonly string[];
  readonly changes: readonly { readonly object: string; readonly change: string }[];
}

describe('the journey by the command line', { skip: unavailable('engine', 'registry', 'kubernetes') }, () => {
  let folder: string;
  let copy: SampleCopy;
  let engine: EngineHandle;
  let cluster: KubernetesHandle | undefined;
  let tls: LocalHost;
  const printed: string[] = [];
  const releases: string[] = [];

  const call = async (line: string, options: Partial<CliOptions> = {}) => {
    const env = { KUBECONFIG: cluster?.kubeconfig ?? join(folder, 'no-kubeconfig'), CLI_JOURNEY_SECRET: secret };
    const result = await waybill(line.split(' '), { cwd: copy.folder, env, ...options });
    printed.push(result.stdout, result.stderr);
    return result;
  };
  /** A call that must end with `code`; answers its JSON objects. */
  const json = async (line: string, code = 0, options: Partial<CliOptions> = {}) => {
    const result = await call(`${line} --format json`, options);
    assert.equal(result.code, code, `${line}\n${result.stdout.slice(-3000)}\n${result.stderr}`);
    return objects(result.stdout);
  };
  const dockerfile = () => join(copy.folder, 'services/order-api/Dockerfile');
  /** Does something while the Dockerfile ends with one more line, and the manifest has `change`. */
  const withStep = async <T>(line: string, work: () => Promise<T>, change: readonly [string, string] = ['', '']): Promise<T> => {
    const manifest = join(copy.folder, 'services/order-api/waybill.yaml');
    const before = [await readFile(dockerfile(), 'utf8'), await readFile(manifest, 'utf8')] as const;
    await writeFile(dockerfile(), `${before[0].trimEnd()}\n${line}\n`);
    await writeFile(manifest, before[1].replace(...change));
    try {
      return await work();
    } finally {
      await writeFile(dockerfile(), before[0]);
      await writeFile(manifest, before[1]);
    }
  };
  const ofType = (events: readonly Record<string, unknown>[], type: string) => events.filter((event) => event.type === type);

  before(
    async () => {
      folder = await mkdtemp(join(tmpdir(), 'waybill-journey-'));
      copy = await copySample(join(folder, 'lantern'));
      const [docker, registry] = await Promise.all([bench().engine('29'), bench().registry()]);
      engine = docker;
      const { host, port, ca, cert, key } = engine.tcp;
      tls = { host: `tcp://${host}:${port}`, tls: { ca, cert, key } };
      await copy.replaceAll('parcel-dev', 'cli-dev');
      await copy.replaceAll('parcel-integration', 'cli-integration');
      await seed(copy, tls, registry.host, () => undefined, AbortSignal.timeout(300_000));
      await writeLocalEnvironments(copy, { builder: tls, dev: tls });
    },
    { timeout: 600_000 },
  );
  after(async () => {
    const of = (label: string) => engine.docker('ps', '-aq', '--filter', `label=${label}`);
    // Its records too: what a run left behind must not be the history of the next.
    const containers = `${await of('com.docker.compose.project=cli-dev')}\n${await of('waybill.dev/records-of=cli-dev')}`;
    await Promise.all(
      containers
        .split('\n')
        .filter(Boolean)
        .map((id) => engine.docker('rm', '-f', id)),
    );
    await cluster?.kubectl('delete', 'namespace', 'cli-integration', '--ignore-not-found', '--wait=false');
    await rm(folder, { recursive: true, force: true });
  });

  it('lints the service clean', async () => {
    const { code, stdout } = await call('lint services/order-api');
    assert.equal(code, 0, stdout);
    assert.match(stdout, /no findings/);
  });

  it('builds on the TLS daemon, with a secret, and proves the layers', async () => {
    const secrets = ['build:\n', 'build:\n  secrets: [{ id: token, from: "env:CLI_JOURNEY_SECRET" }]\n'] as const;
    // Never as it was before: a step that the builder has in its cache prints nothing.
    const once = randomUUID();
    const leak = `RUN --mount=type=secret,id=token,uid=10001 cat /run/secrets/token && base64 /run/secrets/token && echo ${once}`;
    const events = await withStep(leak, () => json('build order-api'), secrets);
    const [result] = ofType(events, 'result');
    assert.equal(result?.outcome, 'Succeeded');
    assert.deepEqual(Object.keys(result?.layers ?? {}), ['os', 'base', 'app']);
    // The step really printed the value; what was shown of it is a mark.
    assert.match(JSON.stringify(events), /\[redacted\]/);
  });

  it('maps a failing step to the line of the Dockerfile, and answers 1', async () => {
    const [error] = ofType(await withStep('RUN echo about to fail && exit 7', () => json('build order-api', 1)), 'error');
    assert.equal(error?.kind, 'build-failed');
    const lines = (await readFile(dockerfile(), 'utf8')).trimEnd().split('\n').length;
    assert.deepEqual(error?.at, { file: dockerfile(), line: lines + 1 });
  });

  it('stops a build by Ctrl-C', async () => {
    const begun = Date.now();
    const watch = (text: string) => (/"type":"output"[^\n]*sleeping-42/.test(text) ? 'SIGINT' : undefined);
    const { code, stderr } = await withStep('RUN echo sleeping-$((40+2)) && sleep 1234', () =>
      call('build order-api --format json', { watch }),
    );
    assert.deepEqual([code, stderr], [3, '']);
    assert.ok(Date.now() - begun < 60_000);
    const journal = (await readFile(join(copy.folder, '.waybill/builds.jsonl'), 'utf8')).trim().split('\n');
    assert.equal(JSON.parse(journal.at(-1) ?? '{}').outcome, 'Aborted');
  });

  it('releases to dev: pushed, verified, recorded, running by that digest', async () => {
    await copy.commit('Nothing but the service');
    const events = await json('release order-api dev --yes');
    const [release] = ofType(events, 'release') as unknown as { id: string; image: { digest: string } }[];
    assert.match(release?.id ?? '', /^rel-[0-9a-f]{12}$/);
    assert.equal(ofType(events, 'result')[0]?.outcome, 'Succeeded');
    releases.push(release?.id ?? '');
    const record = await readFile(join(copy.folder, `.waybill/releases/order-api/${release?.id}.yaml`), 'utf8');
    assert.ok(record.includes(release?.image.digest ?? 'no digest'));
    assert.match(record, /environment: dev/);
    const id = await engine.docker('ps', '-q', '--filter', 'label=com.docker.compose.project=cli-dev');
    const image = await engine.docker('inspect', '--format', '{{.Config.Image}}', id.trim());
    assert.ok(image.trim().endsWith(`@${release?.image.digest}`), image);
  });

  it('notes what a pipeline has proven of the release', async () => {
    await writeFile(join(folder, 'junit.xml'), '<testsuite/>');
    const [noted] = ofType(
      await json(`evidence order-api ${releases[0]} unit-tests passed --report ${join(folder, 'junit.xml')}`),
      'evidence',
    );
    assert.match(String(noted?.digest), /^sha256:[0-9a-f]{64}$/);
    const record = await readFile(join(copy.folder, `.waybill/releases/order-api/${releases[0]}.yaml`), 'utf8');
    assert.match(record, /evidence:\n\s+- kind: unit-tests\n\s+result: passed/);
    const { code } = await call(`evidence order-api ${releases[0]} unit-tests perhaps`);
    assert.equal(code, 2);
  });

  it('shows what dev runs', async () => {
    const [environment] = ofType(await json('status dev'), 'environment') as unknown as {
      services: { service: string; health: string; release: string }[];
    }[];
    const state = environment?.services.find(({ service }) => service === 'order-api');
    assert.deepEqual([state?.health, state?.release], ['Healthy', releases[0]]);
  });

  it('reads the log of dev', async () => {
    const lines = ofType(await json('logs order-api dev --no-follow'), 'line');
    assert.ok(lines.length > 0);
    assert.ok(lines.every((line) => line.service === 'order-api' && typeof line.text === 'string'));
  });

  it('reaches a cluster that the environment pins', { timeout: 1_200_000 }, async () => {
    cluster = await bench().kubernetes();
    const pins = await pinOf(cluster.context, undefined, { kubeconfigPaths: [cluster.kubeconfig] }, AbortSignal.timeout(30_000));
    await writeLocalEnvironments(copy, { builder: tls, dev: tls, cluster: { context: cluster.context, cluster: pins.cluster } });
    const [environment] = ofType(await json('status integration'), 'environment');
    assert.deepEqual(environment?.services, []);
  });

  it('plans for Kubernetes without writing anything', async () => {
    const [event] = ofType(await json('plan order-api integration'), 'plan') as unknown as { plan: Plan }[];
    assert.ok(event?.plan.changes.some(({ object, change }) => /Deployment/.test(object) && change === 'create'));
    assert.equal(await cluster?.kubectl('get', 'namespace', 'cli-integration', '--ignore-not-found', '-o', 'name'), '');
  });

  it('deploys the very same digest to Kubernetes', async () => {
    const result = ofType(await json('deploy order-api integration --yes'), 'result')[0];
    assert.equal(result?.outcome, 'Succeeded');
    assert.equal(result?.release, releases[0]);
    const { digest = 'none' } = (result?.image ?? {}) as { digest?: string };
    const image = await cluster?.kubectl(
      '-n',
      'cli-integration',
      'get',
      'deployment',
      'order-api',
      '-o',
      'jsonpath={.spec.template.spec.containers[0].image}',
    );
    assert.ok(image?.endsWith(`@${digest}`), image);
  });

  it('follows the log of every pod and ends well by Ctrl-C', { timeout: 120_000 }, async () => {
    const deadline = Date.now() + 60_000;
    const instances = (text: string) =>
      new Set(
        objects(text.slice(0, text.lastIndexOf('\n') + 1))
          .filter(({ type }) => type === 'line')
          .map(({ instance }) => instance),
      );
    const { code, stdout } = await call('logs order-api integration --tail 5 --format json', {
      watch: (text) => (instances(text).size >= 2 || Date.now() > deadline ? 'SIGINT' : undefined),
    });
    assert.equal(instances(stdout).size, 2);
    assert.equal(code, 0, stdout);
  });

  it('refuses what skipped an environment', async () => {
    const [error] = ofType(await json('deploy order-api production --yes --type-name production', 1), 'error');
    assert.equal(error?.kind, 'refused');
    assert.match(String(error?.message), /has not succeeded in `staging`/);
  });

  it('rolls back to what ran before, in dev and in Kubernetes', async () => {
    const page = join(copy.folder, 'services/order-api/www/index.html');
    await writeFile(page, `${await readFile(page, 'utf8')}\n<p>second</p>\n`);
    await copy.commit('A second version');
    const [release] = ofType(await json('release order-api dev --yes'), 'release');
    releases.push(String(release?.id));
    assert.notEqual(releases[1], releases[0]);
    await json(`deploy order-api integration --yes --release ${releases[1]}`);
    for (const environment of ['dev', 'integration']) {
      const [result] = ofType(await json(`rollback order-api ${environment} --yes --reason back`), 'result');
      assert.deepEqual([result?.outcome, result?.release], ['Succeeded', releases[0]], environment);
      const [error] = ofType(await json(`rollback order-api ${environment} --yes`, 1), 'error');
      assert.match(String(error?.message), /nothing to roll back to/);
    }
    const [state] = ofType(await json('status integration order-api'), 'environment') as unknown as {
      services: { release: string; health: string }[];
    }[];
    assert.deepEqual([state?.services[0]?.release, state?.services[0]?.health], [releases[0], 'Healthy']);
  });

  it('tells what was done, what is different, and what is open', async () => {
    const past = ofType(await json('history order-api integration --since 1d'), 'history');
    // The namespace may be older than this run.
    assert.deepEqual(
      past.slice(0, 3).map(({ release, rollback, result }) => [release, rollback, result]),
      [
        [releases[0], true, 'Succeeded'],
        [releases[1], false, 'Succeeded'],
        [releases[0], false, 'Succeeded'],
      ],
    );
    const copies = ofType(await json('history order-api dev --offline'), 'history');
    assert.deepEqual(new Set(copies.map(({ release }) => release)), new Set(releases));
    const [counted] = ofType(await json('history order-api integration --stats'), 'statistics');
    assert.ok(Number(counted?.rollbacks) >= 1, JSON.stringify(counted));
    const [report] = ofType(await json('handover --hours 1'), 'handover');
    assert.match(String(report?.text), /## Went back\n\n- .*order-api .*integration/);
    const [difference] = ofType(await json(`compare order-api ${releases[0]} ${releases[1]}`), 'comparison');
    assert.deepEqual([difference?.left, difference?.right], releases.slice(0, 2));
    const [drift] = ofType(await json('drift integration order-api'), 'drift');
    assert.deepEqual([drift?.release, drift?.fields], [releases[0], []]);
    const [isolation] = ofType(await json('isolation integration', 1), 'isolation') as unknown as { checks: { state: string }[] }[];
    assert.ok(isolation?.checks.some(({ state }) => state === 'closed'));
  });

  it('takes what others set into the manifest, and deploys with it', async () => {
    const at = ['-n', 'cli-integration', 'deployment/order-api'];
    await cluster?.kubectl('patch', ...at, '--type=merge', '--field-manager=night-shift', '-p', '{"spec":{"replicas":3}}');
    const events = await json(`deploy order-api integration --yes --adopt --release ${releases[1]}`);
    assert.equal(ofType(events, 'result')[0]?.outcome, 'Succeeded');
    const [adopted] = ofType(events, 'adopted');
    assert.deepEqual([adopted?.path, adopted?.value], ['scale.replicas', 3]);
    assert.match(await readFile(String(adopted?.file), 'utf8'), /integration:[^}]*replicas: 3/);
    assert.equal(await cluster?.kubectl('get', ...at, '-o', 'jsonpath={.spec.replicas}'), '3');
    await cluster?.kubectl('patch', ...at, '--type=merge', '--field-manager=night-shift', '-p', '{"spec":{"replicas":2}}');
    await json('drift integration order-api --adopt');
    assert.match(await readFile(String(adopted?.file), 'utf8'), /integration:[^}]*replicas: 2/);
  });

  it('asks before it writes', async () => {
    const { code, stderr } = await call(`deploy order-api integration --release ${releases[1]}`);
    assert.equal(code, 2);
    assert.match(stderr, /needs a confirmation.*--yes/s);
  });

  it('has shown and written no secret, in no form', async () => {
    const files = await Promise.all(
      ['.waybill/builds.jsonl', ...releases.map((id) => `.waybill/releases/order-api/${id}.yaml`)].map((file) =>
        readFile(join(copy.folder, file), 'utf8'),
      ),
    );
    const forms = [secret, Buffer.from(secret).toString('base64').replace(/=+$/, ''), encodeURIComponent(secret)];
    for (const text of [...printed, ...files]) for (const form of forms) assert.ok(!text.includes(form));
  });
});
