/** Commands in containers of a service (Kubernetes API: pods/exec, protocol v5.channel.k8s.io). */
import type { EnvironmentSummary } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { ExecOrder, ExecSession } from '../ports.ts';
import { type Permission, requirePermissions } from './access.ts';
import { kubernetesTarget, verifyIdentity } from './identity.ts';
import { choosePod } from './pods.ts';
import type { Api } from './request.ts';
import type { Channels } from './sockets.ts';

const stdin = 0;
const stdout = 1;
const stderr = 2;
const errors = 3;
const resizing = 4;
/** Half-close, since v5: the byte after it names the channel that ends. */
const closing = 255;

/** What opens a WebSocket is a GET, so the verb asked for is `get`. */
const needed: readonly Permission[] = [{ verb: 'get', group: '', resource: 'pods/exec' }];

/** The best shell that is there, in UTF-8 where the image says nothing else. */
const shell = ['/bin/sh', '-c', '[ -n "$LANG" ] || export LANG=C.UTF-8; command -v bash >/dev/null 2>&1 && exec bash; exec sh'];

/** Throws `wrong-target`, `unauthorized` with the right to ask for, `configuration` when no instance runs. */
export async function execInPod(api: Api, environment: EnvironmentSummary, order: ExecOrder, signal: AbortSignal): Promise<ExecSession> {
  await verifyIdentity(api, environment, true, signal);
  const { namespace } = kubernetesTarget(environment);
  await requirePermissions(api, namespace, needed, 'open a shell', signal);
  const pod = await choosePod(api, namespace, order.service, order.instance, signal);
  const container = order.container ?? pod.containers[0]?.name ?? order.service;
  const query = new URLSearchParams((order.command ?? shell).map((part): [string, string] => ['command', part]));
  query.set('container', container);
  query.set('stdin', String(order.input));
  query.set('stdout', 'true');
  query.set('stderr', String(order.terminal === undefined));
  query.set('tty', String(order.terminal !== undefined));
  const path = `/api/v1/namespaces/${namespace}/pods/${pod.name}/exec`;
  const channels = await api.channels(path, query, 'v5.channel.k8s.io', signal);
  const session = sessionOf(channels, pod.name, order, signal);
  if (order.terminal) session.resize(order.terminal.columns, order.terminal.rows);
  return session;
}

function sessionOf(channels: Channels, instance: string, order: ExecOrder, signal: AbortSignal): ExecSession {
  let closed = false;
  const ended = new Promise<number>((resolve, reject) => {
    channels.onMessage((channel, data) => {
      if (channel === stdout || channel === stderr) order.output(data, channel === stderr);
      if (channel !== errors) return;
      const code = exitCode(data);
      if (typeof code === 'number') resolve(code);
      else reject(code);
      channels.close();
    });
    channels.onClose(() => {
      reject(
        closed || signal.aborted
          ? fail('cancelled', 'Cancelled.', 'Nothing more is done.')
          : fail('unreachable', `The connection to ${instance} was lost.`, 'Open it again: the instance may have been replaced.'),
      );
    });
  });
  // Whoever is not interested is not to be told by a crash.
  ended.catch(() => undefined);
  return {
    instance,
    write: (data) => channels.send(stdin, data),
    endInput: () => channels.send(closing, Uint8Array.of(stdin)),
    resize: (columns, rows) => channels.send(resizing, Buffer.from(JSON.stringify({ Width: columns, Height: rows }))),
    ended,
    close: () => {
      closed = true;
      channels.close();
    },
  };
}

/** The exit code in the `Status` that ends a command, or why it never ran. */
function exitCode(data: Uint8Array): number | Error {
  const status: { status?: string; message?: string; details?: { causes?: { reason?: string; message?: string }[] } } = JSON.parse(
    Buffer.from(data).toString('utf8'),
  );
  if (status.status === 'Success') return 0;
  const cause = status.details?.causes?.find(({ reason }) => reason === 'ExitCode');
  if (cause) return Number(cause.message);
  return fail(
    'rejected',
    `The command could not be run: ${status.message ?? 'no reason was given'}.`,
    'Name a command that is in the image; an image without a shell has none to open.',
  );
}
