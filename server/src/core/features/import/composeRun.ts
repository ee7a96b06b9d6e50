import { entriesAt, entryOf, itemsAt, numberAt, textAt, textsAt, valueAt, type YamlNode } from '../../yaml/tree.ts';
import { composeCpu, composeDuration, composeMemory } from './amounts.ts';
import { lostDeployKeys } from './composeLost.ts';
import type { ComposeService } from './composeModel.ts';
import { composeText, filledAt } from './composeText.ts';
import { noteRest } from './notes.ts';
import { namedPorts, portSection, type SourcePort } from './ports.ts';

/** The section `ports`: what is published and what is exposed. */
export function portsOf(service: ComposeService): readonly Record<string, unknown>[] {
  const { node, path } = service;
  const published = itemsAt(node, 'ports').flatMap((item, i) => publishedPort(service, item, `${path}.ports[${i}]`));
  const exposed = textsAt(node, 'expose').flatMap((text) => portOf(composeText(text).text, false) ?? []);
  return portSection(namedPorts([...published, ...exposed]));
}

/** `[[ip:]host:]container[/protocol]` or the long form. https://docs.docker.com/reference/compose-file/services/#ports */
function publishedPort({ place: { notes } }: ComposeService, item: YamlNode, path: string): SourcePort[] {
  const long = item.kind === 'map';
  const written = filledAt(item, ...(long ? ['target'] : []));
  if (written === undefined) {
    notes.lost(item, path, 'The port comes from the shell or from `.env`.', 'Add the port that the process listens on to `ports`.');
    return [];
  }
  const [spec = '', protocol] = written.split('/');
  const parts = spec.replace(/\[[^\]]*\]:/, '').split(':');
  const udp = (long ? filledAt(item, 'protocol') : protocol)?.toLowerCase() === 'udp';
  const target = parts.at(-1) ?? '';
  const host = long ? filledAt(item, 'published') : parts.length > 1 ? parts.at(-2) : undefined;
  const port = portOf(target, udp, long ? textAt(item, 'name') : undefined);
  if (!port) {
    notes.lost(item, path, `\`${target}\` is no single port.`, 'Add each port that the process listens on to `ports`.');
    return [];
  }
  if (host)
    notes.changed(
      item,
      path,
      `The host’s port ${host} is not fixed: each environment gives out ports of its own.`,
      'To be reached from outside, see `expose`; a fixed port of a node or host is `ports[].nodePort`.',
    );
  return [port];
}

function portOf(text: string, udp: boolean, name?: string): SourcePort | undefined {
  const [number = '', protocol] = text.split('/');
  const port = Number(number);
  if (!/^\d+$/.test(number) || port < 1 || port > 65_535) return undefined;
  return { port, udp: udp || protocol === 'udp', ...(name ? { name } : {}) };
}

/** The section `health` from Compose's one check, which says when a service is ready. */
export function healthSection(
  { node, path, place: { notes } }: ComposeService,
  ports: readonly Record<string, unknown>[],
): Record<string, unknown> {
  const check = valueAt(node, 'healthcheck');
  if (!check || textAt(check, 'disable') === 'true') return {};
  const at = entryOf(node, 'healthcheck');
  const shell = filledAt(check, 'test');
  const words = shell === undefined ? textsAt(check, 'test').map((word) => composeText(word).text) : ['CMD-SHELL', shell];
  if (words.length === 0 || words[0] === 'NONE') {
    if (words.length === 0)
      notes.lost(at, `${path}.healthcheck`, 'It has no `test` of its own: the image’s one is not known here.', 'Write `health.readiness`.');
    return {};
  }
  const command = words[0] === 'CMD-SHELL' ? ['/bin/sh', '-c', words.slice(1).join(' ')] : words[0] === 'CMD' ? words.slice(1) : words;
  const http = asHttp(words.slice(1).join(' '), ports);
  if (http)
    notes.changed(
      at,
      `${path}.healthcheck.test`,
      'The command asks an address, so the platform asks it itself.',
      'Look whether the path is right; the image needs no `curl` for it.',
    );
  const period = composeDuration(filledAt(check, 'interval') ?? '');
  const timeout = composeDuration(filledAt(check, 'timeout') ?? '');
  const delay = composeDuration(filledAt(check, 'start_period') ?? '');
  const failures = Number(filledAt(check, 'retries'));
  noteRest(
    entriesAt(check),
    `${path}.healthcheck`,
    {
      handled: ['test', 'interval', 'timeout', 'start_period', 'retries', 'disable'],
      lost: { start_interval: { why: 'There is one interval.', advice: 'A check of its own for the start is `health.startup`.' } },
      format: 'Compose',
    },
    notes,
  );
  return {
    readiness: {
      ...(http ? { http } : { command }),
      ...(period ? { period } : {}),
      ...(timeout ? { timeout } : {}),
      ...(failures > 0 ? { failureThreshold: failures } : {}),
      ...(delay ? { initialDelay: delay } : {}),
    },
  };
}

/** `curl -f http://localhost:8080/health || exit 1`, or the same with wget, as an HTTP check of a known port. */
function asHttp(command: string, ports: readonly Record<string, unknown>[]): Record<string, unknown> | undefined {
  const match =
    /^(?:curl|wget)\b[^|;&]*?["']?(https?):\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::(\d+))?(\/[^\s"'|;&]*)?["']?\s*(?:>\s*\/dev\/null\s*(?:2>&1)?)?\s*(?:\|\|\s*exit\s+\d+)?\s*$/.exec(
      command.trim(),
    );
  if (!match) return undefined;
  const number = Number(match[2] ?? (match[1] === 'https' ? 443 : 80));
  const port = ports.find((candidate) => candidate.port === number);
  if (!port) return undefined;
  return { port: port.name, path: match[3] ?? '/', ...(match[1] === 'https' ? { scheme: 'https' } : {}) };
}

/** The section `resources`, from `deploy.resources` or the older fields. */
export function resourcesSection({ node, path, place: { notes } }: ComposeService): Record<string, unknown> {
  const deploy = valueAt(node, 'deploy', 'resources');
  const limits = amounts(
    filledAt(deploy, 'limits', 'cpus') ?? filledAt(node, 'cpus'),
    filledAt(deploy, 'limits', 'memory') ?? filledAt(node, 'mem_limit'),
  );
  const requests = amounts(
    filledAt(deploy, 'reservations', 'cpus'),
    filledAt(deploy, 'reservations', 'memory') ?? filledAt(node, 'mem_reservation'),
  );
  for (const section of ['limits', 'reservations'])
    noteRest(
      entriesAt(deploy, section),
      `${path}.deploy.resources.${section}`,
      {
        handled: ['cpus', 'memory'],
        lost: {
          pids: { why: 'Limits of processes belong to the hosts.', advice: 'Where it is needed, ask those who run them.' },
          devices: { why: 'Devices belong to one host.', advice: 'Where it is needed, ask those who run the hosts or the cluster.' },
          generic_resources: {
            why: 'Devices belong to one host.',
            advice: 'Where it is needed, ask those who run the hosts or the cluster.',
          },
        },
        format: 'Compose',
      },
      notes,
    );
  return { ...(requests ? { requests } : {}), ...(limits ? { limits } : {}) };
}

function amounts(cpus: string | undefined, bytes: string | undefined): Record<string, string> | undefined {
  const cpu = composeCpu(cpus ?? '');
  const memory = composeMemory(bytes ?? '');
  return cpu || memory ? { ...(cpu ? { cpu } : {}), ...(memory ? { memory } : {}) } : undefined;
}

/** The sections `scale` and `rollout`. */
export function rolloutSections(service: ComposeService): {
  readonly scale: Record<string, unknown>;
  readonly rollout: Record<string, unknown>;
} {
  const { node, path, place } = service;
  const deploy = valueAt(node, 'deploy');
  const update = valueAt(deploy, 'update_config');
  const written = filledAt(deploy, 'replicas') ?? filledAt(node, 'scale');
  const replicas = /^\d+$/.test(written ?? '') ? Number(written) : undefined;
  const mode = entryOf(deploy, 'mode');
  if (mode && textAt(mode.value) !== 'replicated')
    place.notes.lost(
      mode,
      `${path}.deploy.mode`,
      'An instance on every host is no field of a manifest.',
      'Say under `scale.replicas` how many there are.',
    );
  noteRest(
    entriesAt(deploy),
    `${path}.deploy`,
    { handled: ['replicas', 'resources', 'update_config', 'mode'], lost: lostDeployKeys, format: 'Compose' },
    place.notes,
  );
  noteRest(
    entriesAt(update),
    `${path}.deploy.update_config`,
    {
      handled: ['parallelism', 'delay', 'order', 'monitor'],
      lost: {
        failure_action: { why: 'A rollout that fails stops and says why.', advice: '' },
        max_failure_ratio: { why: 'One instance that fails stops the rollout.', advice: '' },
      },
      format: 'Compose',
    },
    place.notes,
  );
  const batch = numberAt(update, 'parallelism');
  const order = filledAt(update, 'order');
  const interval = composeDuration(filledAt(update, 'delay') ?? '');
  const minReady = composeDuration(filledAt(update, 'monitor') ?? '');
  return {
    scale: replicas === undefined ? {} : { replicas },
    rollout: {
      ...(batch ? { batch } : {}),
      ...(order === 'start-first' || order === 'stop-first' ? { order } : {}),
      ...(interval ? { interval } : {}),
      ...(minReady ? { minReady } : {}),
    },
  };
}

/** The section `lifecycle`. */
export function lifecycleSection({ node, path, place: { notes } }: ComposeService): Record<string, unknown> {
  const grace = composeDuration(filledAt(node, 'stop_grace_period') ?? '');
  const written = filledAt(node, 'stop_signal');
  const signal = written && /^(?:SIG)?[A-Z0-9+]+$/.test(written) && !/^\d/.test(written) ? `SIG${written.replace(/^SIG/, '')}` : undefined;
  if (written && !signal)
    notes.lost(
      entryOf(node, 'stop_signal'),
      `${path}.stop_signal`,
      'A signal is written by its name.',
      'Write `lifecycle.stopSignal`, such as `SIGTERM`.',
    );
  return { ...(grace ? { stopGracePeriod: grace } : {}), ...(signal ? { stopSignal: signal } : {}) };
}
