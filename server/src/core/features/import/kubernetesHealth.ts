import { optional } from '../../text/optional.ts';
import { entriesAt, entryOf, type MapEntry, numberAt, textAt, textsAt, valueAt, type YamlNode } from '../../yaml/tree.ts';
import type { Workload } from './kubernetesModel.ts';
import { noteRest } from './notes.ts';
import type { namedPorts } from './ports.ts';

/** The kinds of probes, each a field of the container with `Probe` behind it. */
export const probes = ['startup', 'readiness', 'liveness'] as const;
const seconds = { period: 'periodSeconds', timeout: 'timeoutSeconds', initialDelay: 'initialDelaySeconds' } as const;

/** The section `health`. */
export function healthSection(workload: Workload, ports: ReturnType<typeof namedPorts>): Record<string, unknown> {
  const found = probes.flatMap((probe) => {
    const entry = entryOf(workload.container, `${probe}Probe`);
    const made = entry && probeOf(workload, entry, ports);
    return made ? [[probe, made] as const] : [];
  });
  return Object.fromEntries(found);
}

function probeOf(workload: Workload, entry: MapEntry, ports: ReturnType<typeof namedPorts>): Record<string, unknown> | undefined {
  const { value } = entry;
  const { notes } = workload.place;
  const path = `${workload.path}.${entry.key}`;
  const action = actionOf(workload, value, path, ports);
  if (!action) {
    notes.lost(
      entry,
      path,
      valueAt(value, 'grpc') ? 'Checks over gRPC are not made here.' : 'It names nothing that could be asked.',
      'Write `http`, `tcp` or `command` under `health`.',
    );
    return undefined;
  }
  const handled = [
    'httpGet',
    'tcpSocket',
    'exec',
    'failureThreshold',
    ...Object.values(seconds),
    ...(numberAt(value, 'successThreshold') === 1 ? ['successThreshold'] : []),
  ];
  noteRest(
    entriesAt(value),
    path,
    {
      handled,
      lost: {
        successThreshold: { why: 'One answer is enough.', advice: '`rollout.minReady` waits longer.' },
        terminationGracePeriodSeconds: { why: 'There is one time to end in.', advice: 'Set `lifecycle.stopGracePeriod`.' },
      },
      format: 'Kubernetes',
    },
    notes,
  );
  const times = Object.entries(seconds).flatMap(([field, key]) => {
    const count = numberAt(value, key);
    return count ? [[field, `${count}s`] as const] : [];
  });
  return { ...action, ...Object.fromEntries(times), ...optional('failureThreshold', numberAt(value, 'failureThreshold')) };
}

function actionOf(
  { place }: Workload,
  probe: YamlNode,
  path: string,
  ports: ReturnType<typeof namedPorts>,
): Record<string, unknown> | undefined {
  const named = (node: YamlNode | undefined) => {
    const written = textAt(node, 'port');
    const number = Number(written);
    return (
      ports.find((port) => port.name === written || port.port === number)?.name ??
      (Number.isInteger(number) && number > 0 ? number : written)
    );
  };
  const http = valueAt(probe, 'httpGet');
  if (http) {
    for (const key of ['httpHeaders', 'host'])
      if (valueAt(http, key))
        place.notes.lost(entryOf(http, key), `${path}.httpGet.${key}`, 'A check asks for a path alone.', 'Let the path answer without it.');
    const scheme = textAt(http, 'scheme')?.toLowerCase();
    return { http: { port: named(http), ...optional('path', textAt(http, 'path')), ...(scheme === 'https' ? { scheme } : {}) } };
  }
  const tcp = valueAt(probe, 'tcpSocket');
  if (tcp) return { tcp: { port: named(tcp) } };
  const command = textsAt(probe, 'exec', 'command');
  return command.length > 0 ? { command } : undefined;
}

/** The section `lifecycle`. */
export function lifecycleSection({ container, pod, path, place }: Workload): Record<string, unknown> {
  const grace = numberAt(pod, 'terminationGracePeriodSeconds');
  const preStop = entryOf(valueAt(container, 'lifecycle'), 'preStop');
  const command = textsAt(preStop?.value, 'exec', 'command').join(' ');
  const slept = numberAt(preStop?.value, 'sleep', 'seconds') ?? Number(/(?:^|\s)sleep\s+(\d+)s?\s*$/.exec(command)?.[1] ?? 0);
  const signal = textAt(container, 'lifecycle', 'stopSignal');
  const postStart = entryOf(valueAt(container, 'lifecycle'), 'postStart');
  if (postStart)
    place.notes.lost(
      postStart,
      `${path}.lifecycle.postStart`,
      'Commands after the start are not run from outside.',
      'Let the process do it when it starts.',
    );
  if (preStop && !slept)
    place.notes.lost(
      preStop,
      `${path}.lifecycle.preStop`,
      'Before the end there is only a pause.',
      'Let the process do it at `lifecycle.stopSignal`; a pause is `lifecycle.preStop.sleep`.',
    );
  return {
    ...(grace ? { stopGracePeriod: `${grace}s` } : {}),
    ...(slept ? { preStop: { sleep: `${slept}s` } } : {}),
    ...optional('stopSignal', signal),
  };
}
