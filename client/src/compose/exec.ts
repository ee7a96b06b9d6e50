/** Commands in containers of a service, by the Engine API (`POST /containers/{id}/exec`, `/exec/{id}/start` taken over as `tcp`). */

import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EnvironmentSummary } from '../../../server/src/protocol.ts';
import type { DockerConnection } from '../docker/connection.ts';
import { demultiplexer } from '../docker/demultiplex.ts';
import { fail } from '../errors.ts';
import type { ExecOrder, ExecSession } from '../ports.ts';
import { listContainers, nameOf } from './containers.ts';
import { checkIdentities, composeEnvironment, type HostPool, identifyHost } from './hosts.ts';
import { Label, ownedService } from './labels.ts';

/** The best shell that is there, in UTF-8 where the image says nothing else. */
const shell = ['/bin/sh', '-c', '[ -n "$LANG" ] || export LANG=C.UTF-8; command -v bash >/dev/null 2>&1 && exec bash; exec sh'];

interface Instance {
  readonly connection: DockerConnection;
  readonly id: string;
  readonly name: string;
}

/** Throws `configuration` when no instance runs, `rejected` when the command cannot be started. */
export async function execInContainer(
  pool: HostPool,
  environment: EnvironmentSummary,
  order: ExecOrder,
  signal: AbortSignal,
): Promise<ExecSession> {
  const { connection, id, name } = await chooseInstance(pool, environment, order, signal);
  const tty = order.terminal !== undefined;
  const body = { AttachStdin: order.input, AttachStdout: true, AttachStderr: true, Tty: tty, Cmd: order.command ?? shell };
  const made = await connection.json<{ Id: string }>('POST', `/containers/${id}/exec`, { body }, signal);
  const stream = await connection.upgrade(`/exec/${made.Id}/start`, 'tcp', {}, signal, { Detach: false, Tty: tty });
  const session = sessionOf(connection, made.Id, name, stream, order, signal);
  if (order.terminal) session.resize(order.terminal.columns, order.terminal.rows);
  if (!order.input) session.endInput();
  return session;
}

/** The named one, or the newest that runs. Only what carries its own mark is an instance. */
async function chooseInstance(
  pool: HostPool,
  environment: EnvironmentSummary,
  { service, instance }: ExecOrder,
  signal: AbortSignal,
): Promise<Instance> {
  const { target } = composeEnvironment(environment);
  checkIdentities(await Promise.all(target.hosts.map((host) => identifyHost(pool.of(host), signal))), undefined);
  const owner = { product: environment.product, environment: environment.name, project: target.project };
  const found: (Instance & { readonly created: number })[] = [];
  for (const host of target.hosts) {
    const connection = pool.of(host);
    for (const container of await listContainers(connection, [`${Label.project}=${target.project}`], signal)) {
      const name = nameOf(container);
      if (container.State !== 'running' || ownedService(owner, { name, labels: container.Labels ?? {} }) !== service) continue;
      const names = [name, container.Id, `${host.name}/${container.Id}`];
      if (instance === undefined || names.includes(instance))
        found.push({ connection, id: container.Id, name, created: container.Created });
    }
  }
  const [newest] = found.sort((left, right) => right.created - left.created);
  if (newest) return newest;
  const what = instance === undefined ? `No instance of ${service}` : `No instance \`${instance}\` of ${service}`;
  throw fail('configuration', `${what} runs in ${environment.name}.`, 'Deploy it first, or look why it does not start.');
}

function sessionOf(
  connection: DockerConnection,
  exec: string,
  instance: string,
  stream: Duplex,
  order: ExecOrder,
  signal: AbortSignal,
): ExecSession {
  const take = demultiplexer(order.terminal !== undefined);
  let closed = false;
  const tell = (frames: ReturnType<typeof take.push>): void => {
    for (const { source, bytes } of frames) order.output(bytes, source === 'stderr');
  };
  const close = (): void => {
    closed = true;
    stream.destroy();
  };
  signal.addEventListener('abort', close, { once: true });
  const ended = new Promise<number>((resolve, reject) => {
    const over = (): void => {
      signal.removeEventListener('abort', close);
      tell(take.end());
      if (closed) reject(fail('cancelled', 'Cancelled.', 'Nothing more is done.'));
      else exitCode(connection, exec, instance).then(resolve, reject);
    };
    stream.on('data', (data: Uint8Array) => tell(take.push(data)));
    stream.on('error', () => stream.destroy());
    stream.once('close', over);
    // The engine has said all; what holds the connection open is our own half.
    stream.once('end', () => stream.destroy());
  });
  // Whoever is not interested is not to be told by a crash.
  ended.catch(() => undefined);
  let asked = 0;
  // An engine refuses it until the process has its terminal, which is a moment after the connection stands.
  const resize = async (w: number, h: number): Promise<void> => {
    const mine = ++asked;
    for (let wait = 10; wait < 2_000 && mine === asked && !closed; wait *= 2) {
      const done = await connection.json('POST', `/exec/${exec}/resize`, { query: { w, h } }, AbortSignal.timeout(10_000)).then(
        () => true,
        () => false,
      );
      if (done) return;
      await sleep(wait);
    }
  };
  return {
    instance,
    write: (data) => void (stream.writable && stream.write(data)),
    endInput: () => void stream.end(),
    resize: (columns, rows) => void resize(columns, rows),
    ended,
    close,
  };
}

async function exitCode(connection: DockerConnection, exec: string, instance: string): Promise<number> {
  const signal = AbortSignal.timeout(10_000);
  const { Running, ExitCode } = await connection.json<{ Running: boolean; ExitCode: number | null }>(
    'GET',
    `/exec/${exec}/json`,
    {},
    signal,
  );
  if (!Running && ExitCode !== null) return ExitCode;
  throw fail('unreachable', `The connection to ${instance} was lost.`, 'Open it again: the instance may have been replaced.');
}
