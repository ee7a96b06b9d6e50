import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import { resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openShell } from '../../client/src/delivery/reach.ts';
import { kubernetesPlatform } from '../../client/src/kubernetes/index.ts';
import { systemClock } from '../../client/src/local/systemClock.ts';
import type { ExecOrder, ForwardState, Ports } from '../../client/src/ports.ts';
import { waybill } from '../cli/cli.ts';
import { soon } from './kubernetesBench.ts';
import { type Sight, sight, workspaceOf } from './kubernetesSee.ts';

const web = { command: ['httpd', '-f', '-p', '8080', '-h', '/www'], user: '10001', files: { '/www/index.html': 'fine\n' } };

const main = resolve(import.meta.dirname, '../../client/src/cli/main.ts');

describe('into a running service in Kubernetes', () => {
  let see: Sight;
  before(async () => {
    see = await sight(`reach-${process.pid}`);
    await see.deployment('order-api', await see.image('web', web), {
      container: { readinessProbe: { httpGet: { port: 8080, path: '/' }, periodSeconds: 1 } },
    });
  });
  after(() => see?.[Symbol.asyncDispose]());

  /** Runs a command and answers what it said. */
  async function said(order: Partial<ExecOrder>, input?: string) {
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    const output = (data: Uint8Array, isError: boolean): void => void (isError ? err : out).push(Buffer.from(data));
    const session = await see.platform.exec?.(see.environment, { service: 'order-api', input: true, output, ...order }, soon(30));
    assert.ok(session);
    if (input !== undefined) session.write(Buffer.from(input));
    session.endInput();
    const code = await session.ended;
    return { code, out: Buffer.concat(out), err: Buffer.concat(err).toString() };
  }

  it('a command runs with its own exit code, its outputs apart, and its input to the end', async () => {
    const { code, out, err } = await said({ command: ['sh', '-c', 'cat; echo gone >&2; exit 7'] }, 'Grüße, 世界\n');
    assert.deepEqual([code, out.toString(), err], [7, 'Grüße, 世界\n', 'gone\n']);
  });

  it('bytes arrive as they are, also many', async () => {
    const { code, out } = await said({ command: ['sh', '-c', 'dd if=/dev/zero bs=1000 count=5000 2>/dev/null'] });
    assert.equal(code, 0);
    assert.equal(out.length, 5_000_000);
  });

  it('a shell has a terminal of the right size, in UTF-8, that follows its window and ends by exit', async () => {
    let text = '';
    const decoder = new TextDecoder();
    const session = await see.platform.exec?.(
      see.environment,
      {
        service: 'order-api',
        terminal: { columns: 101, rows: 41 },
        input: true,
        output: (data) => {
          text += decoder.decode(data, { stream: true });
        },
      },
      soon(30),
    );
    assert.ok(session);
    const until = async (pattern: RegExp): Promise<void> => {
      for (let i = 0; i < 200 && !pattern.test(text); i++) await sleep(50);
      assert.match(text, pattern);
    };
    session.write(Buffer.from('stty size; echo "$TERM $LANG"\n'));
    await until(/41 101/);
    await until(/xterm\S* C\.UTF-8/);
    session.resize(77, 33);
    await sleep(200);
    session.write(Buffer.from('stty size; echo Grü"ß"e\n'));
    await until(/33 77/);
    await until(/Grüße/);
    session.write(Buffer.from('exit 5\n'));
    assert.equal(await session.ended, 5);
  });

  it('a program that is not there is told, not an exit code', async () => {
    await assert.rejects(said({ command: ['/bin/nothing-there'] }), { waybill: 'rejected', message: /could not be run: .*nothing-there/s });
  });

  it('an instance that is not there is told with those that are', async () => {
    await assert.rejects(said({ instance: 'nobody' }), { waybill: 'configuration', advice: /It has order-api-/ });
  });

  it('is refused where the environment forbids it, before anything is asked', async () => {
    const forbidding = { ...see.environment, protected: { ...see.environment.protected, forbid: ['exec'] } };
    const ports = { platforms: { of: () => assert.fail('asked') } } as unknown as Ports;
    assert.throws(() => openShell(ports, forbidding, { service: 'order-api', input: false, output: () => undefined }, soon()), {
      waybill: 'refused',
      message: /`integration` forbids `exec`/,
    });
  });

  it('is refused without the right, which is named before anything is tried', async () => {
    const kubeconfig = await see.cluster.restrictedUser({
      name: 'reader',
      namespace: see.namespace,
      rules: [
        { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
        { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
      ],
    });
    const platform = kubernetesPlatform({ clock: systemClock(), kubeconfigPaths: [kubeconfig] });
    const target = see.environment.target;
    assert.ok('namespace' in target);
    const uid = await see.cluster.kubectl('get', 'namespace', see.namespace, '-o', 'jsonpath={.metadata.uid}');
    const environment = { ...see.environment, target: { ...target, context: 'reader', namespaceUid: uid } };
    const exec = platform.exec?.(environment, { service: 'order-api', input: false, output: () => undefined }, soon());
    await assert.rejects(exec ?? Promise.resolve(), { waybill: 'unauthorized', message: /get pods\/exec is not allowed/ });
    const forward = platform.forward?.(environment, { service: 'order-api', remotePort: 8080, localPort: 0 }, () => undefined, soon());
    await assert.rejects(forward ?? Promise.resolve(), { waybill: 'unauthorized', message: /get pods\/portforward is not allowed/ });
    platform.close();
  });

  it('a forwarded port outlives its instance, and waits while there is none', async () => {
    const states: ForwardState[] = [];
    const forward = await see.platform.forward?.(
      see.environment,
      { service: 'order-api', remotePort: 8080, localPort: 0 },
      (state) => void states.push(state),
      soon(120),
    );
    assert.ok(forward);
    const ask = () => get(forward.localPort);
    assert.match(await ask(), /fine/);
    assert.equal((await Promise.all(Array.from({ length: 20 }, ask))).filter((answer) => /fine/.test(answer)).length, 20);
    const first = states.at(-1)?.instance;
    await see.cluster.kubectl('delete', 'pod', '-n', see.namespace, first ?? '', '--wait=false');
    // Asked at once: held until the next instance is ready.
    for (let i = 0; i < 100 && states.at(-1)?.instance === first; i++) await sleep(20);
    assert.match(await ask(), /fine/);
    assert.notEqual(states.at(-1)?.instance, first);
    assert.ok(states.some(({ phase }) => phase === 'waiting'));
    forward.stop();
    await forward.ended;
    await assert.rejects(ask());
  });

  it('a port on which nothing listens ends the connection and says why', async () => {
    const states: ForwardState[] = [];
    const forward = await see.platform.forward?.(
      see.environment,
      { service: 'order-api', remotePort: 81, localPort: 0 },
      (state) => void states.push(state),
      soon(60),
    );
    assert.ok(forward);
    await assert.rejects(get(forward.localPort));
    forward.stop();
    assert.match(states.map(({ message }) => message ?? '').join('\n'), /refused/);
  });

  it('works from the command line', async () => {
    const folder = workspaceOf(see.environment, 'order-api');
    const env = { KUBECONFIG: see.cluster.kubeconfig };
    try {
      const ran = await waybill(['exec', 'order-api', 'integration', '--', 'sh', '-c', 'cat; exit 4'], { cwd: folder, env, input: 'in\n' });
      assert.deepEqual([ran.code, ran.stdout], [4, 'in\n'], ran.stderr);
      const child = spawn(process.execPath, [main, 'forward', 'order-api', 'integration', '0:8080'], {
        cwd: folder,
        env: { ...process.env, ...env },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [line] = await once(child.stdout, 'data');
      assert.match(await get(Number(/127\.0\.0\.1:(\d+)/.exec(String(line))?.[1])), /fine/);
      child.kill('SIGINT');
      assert.deepEqual(await once(child, 'exit'), [0, null]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** One HTTP request over a connection of its own, written by hand. */
function get(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (data) => {
      text += data;
    });
    socket.on('error', reject);
    socket.on('close', () => (text === '' ? reject(new Error('closed without an answer')) : resolve(text)));
    socket.write('GET / HTTP/1.0\r\n\r\n');
  });
}
