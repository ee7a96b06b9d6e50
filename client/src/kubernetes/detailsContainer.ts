/** One container, as lines of facts: its runs, its probes, what it asks for and what it uses. Pure. */
import type { ContainerState, ContainerStatus } from './types.ts';

export interface Usage {
  readonly cpu: string;
  readonly memory: string;
}

interface ProbeSpec {
  readonly httpGet?: { readonly path?: string; readonly port?: number | string; readonly scheme?: string };
  readonly tcpSocket?: { readonly port?: number | string };
  readonly grpc?: { readonly port?: number };
  readonly exec?: { readonly command?: readonly string[] };
  readonly initialDelaySeconds?: number;
  readonly periodSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly failureThreshold?: number;
}

export interface ContainerSpec {
  readonly name: string;
  readonly image?: string;
  readonly startupProbe?: ProbeSpec;
  readonly readinessProbe?: ProbeSpec;
  readonly livenessProbe?: ProbeSpec;
  readonly resources?: { readonly requests?: Readonly<Record<string, string>>; readonly limits?: Readonly<Record<string, string>> };
  readonly ports?: readonly { readonly containerPort?: number; readonly name?: string }[];
}

/** @param ago words for how long ago a moment is */
export function containerLines(
  container: ContainerSpec,
  status: ContainerStatus | undefined,
  ago: (time: string | undefined) => string,
): readonly string[] {
  const ports = (container.ports ?? []).map(({ containerPort, name }) => (name ? `${name} ${containerPort}` : String(containerPort)));
  return [
    `image ${container.image ?? ''}`,
    ...(status?.imageID ? [`runs ${status.imageID}`] : []),
    ...(status ? [`${stateWords(status.state, ago)}, ${status.ready ? 'ready' : 'not ready'}`] : ['not started']),
    ...(status && status.restartCount > 0 ? [`restarted ${status.restartCount} ×; before: ${stateWords(status.lastState, ago)}`] : []),
    ...(ports.length > 0 ? [`ports ${ports.join(', ')}`] : []),
  ];
}

function stateWords(state: ContainerState | undefined, ago: (time: string | undefined) => string): string {
  if (state?.running) return `running, started ${ago(state.running.startedAt)}`;
  if (state?.waiting) return `waiting: ${state.waiting.reason ?? ''}${state.waiting.message ? `, ${state.waiting.message}` : ''}`;
  if (state?.terminated) {
    const { reason, exitCode, message, finishedAt } = state.terminated;
    return `ended ${ago(finishedAt)}: ${reason ?? 'Ended'}, exit code ${exitCode}${message ? `, ${message.trim()}` : ''}`;
  }
  return 'no state yet';
}

export function probeLines(container: ContainerSpec): readonly string[] {
  const line = (name: string, probe: ProbeSpec | undefined): readonly string[] => (probe ? [`${name} ${probeWords(probe)}`] : []);
  const lines = [
    ...line('startup', container.startupProbe),
    ...line('readiness', container.readinessProbe),
    ...line('liveness', container.livenessProbe),
  ];
  return lines.length > 0 ? lines : ['no probes: it counts as ready as soon as it runs'];
}

function probeWords(probe: ProbeSpec): string {
  const { httpGet, tcpSocket, grpc, exec } = probe;
  const what = httpGet
    ? `${httpGet.scheme ?? 'HTTP'} ${httpGet.path ?? '/'} on ${httpGet.port}`
    : tcpSocket
      ? `TCP ${tcpSocket.port}`
      : grpc
        ? `gRPC ${grpc.port}`
        : `runs ${(exec?.command ?? []).join(' ')}`;
  const delay = probe.initialDelaySeconds ? ` after ${probe.initialDelaySeconds} s` : '';
  return `${what}${delay}, every ${probe.periodSeconds ?? 10} s, time-out ${probe.timeoutSeconds ?? 1} s, ${probe.failureThreshold ?? 3} failures`;
}

/** What is asked for, what is allowed, and, where it is known, what is used. */
export function resourceLines(container: ContainerSpec, usage: Usage | undefined): readonly string[] {
  const { requests = {}, limits = {} } = container.resources ?? {};
  return (['cpu', 'memory'] as const).map((name) => {
    const used = usage ? `, uses ${usage[name]}` : '';
    return `${name}: asks for ${requests[name] ?? 'nothing'}, at most ${limits[name] ?? 'anything'}${used}`;
  });
}
