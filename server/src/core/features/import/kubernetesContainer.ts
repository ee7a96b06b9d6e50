import { optional } from '../../text/optional.ts';
import { entriesAt, entryOf, itemsAt, numberAt, plain, textAt, valueAt, type YamlNode } from '../../yaml/tree.ts';
import { envValue } from './env.ts';
import { probes } from './kubernetesHealth.ts';
import { lostContainerKeys } from './kubernetesLost.ts';
import type { Workload } from './kubernetesModel.ts';
import { noteRest } from './notes.ts';
import { namedPorts, type SourcePort } from './ports.ts';

/** The ports of the container under the names that they have in the manifest. */
export function containerPorts({ container, path, place }: Workload): ReturnType<typeof namedPorts> {
  const ports = itemsAt(container, 'ports').flatMap((item, i): SourcePort[] => {
    const port = numberAt(item, 'containerPort');
    const protocol = textAt(item, 'protocol');
    const where = `${path}.ports[${i}]`;
    if (port === undefined || (protocol && !/^(?:TCP|UDP)$/i.test(protocol))) {
      place.notes.lost(
        item,
        where,
        `${protocol ? `\`${protocol}\` is no protocol of a manifest` : 'It has no `containerPort`'}.`,
        'Ports of a manifest are TCP or UDP.',
      );
      return [];
    }
    for (const key of ['hostPort', 'hostIP'])
      if (valueAt(item, key))
        place.notes.lost(
          entryOf(item, key),
          `${where}.${key}`,
          'A port of the node is taken by one instance only.',
          'Use `expose`, or `network.mode: host` where it has to be.',
        );
    return [{ port, udp: protocol?.toUpperCase() === 'UDP', ...optional('name', textAt(item, 'name')) }];
  });
  return namedPorts(ports);
}

/** The section `env`, with what ConfigMaps of the same file hold. */
export function envSection(workload: Workload): Record<string, unknown> {
  const { container, path } = workload;
  const from = itemsAt(container, 'envFrom').flatMap((item, i) => allOf(workload, item, `${path}.envFrom[${i}]`));
  const single = itemsAt(container, 'env').flatMap((item, i) => one(workload, item, `${path}.env[${textAt(item, 'name') ?? i}]`));
  return Object.fromEntries([...from, ...single]);
}

type Variable = readonly [string, unknown];

const isName = (key: string) => /^[A-Za-z_]\w*$/.test(key);

function allOf(workload: Workload, item: YamlNode, path: string): readonly Variable[] {
  const { notes } = workload.place;
  const secret = textAt(item, 'secretRef', 'name');
  if (secret) {
    notes.lost(
      item,
      path,
      `Which keys the secret \`${secret}\` has is not said here.`,
      `Name each under \`env\`: \`NAME: { secret: { name: ${secret}, key: … } }\`.`,
    );
    return [];
  }
  const name = textAt(item, 'configMapRef', 'name') ?? '';
  const data = workload.configMaps.get(name);
  const prefix = textAt(item, 'prefix') ?? '';
  if (!data) {
    notes.lost(
      item,
      path,
      `The ConfigMap \`${name}\` is not in this file.`,
      'Write its values under `env`, or under `environments.<name>.env` where they differ.',
    );
    return [];
  }
  notes.changed(
    item,
    path,
    `The values of the ConfigMap \`${name}\` stand under \`env\`.`,
    'Where they differ, write them under `environments.<name>.env`.',
  );
  for (const entry of data.filter(({ key }) => !isName(key)))
    notes.lost(
      entry,
      `ConfigMap/${name}.data[${entry.key}]`,
      `\`${entry.key}\` is a file, no variable.`,
      'Save it beside the manifest, and deliver it under `config`.',
    );
  return data
    .filter(({ key }) => isName(key))
    .map((entry) => [
      `${prefix}${entry.key}`,
      envValue(
        { name: `${prefix}${entry.key}`, value: textAt(entry.value) ?? '', at: entry, path: `ConfigMap/${name}.data.${entry.key}` },
        contextOf(workload),
      ),
    ]);
}

function one(workload: Workload, item: YamlNode, path: string): readonly Variable[] {
  const { notes } = workload.place;
  const name = textAt(item, 'name');
  if (!name) return [];
  const from = valueAt(item, 'valueFrom');
  const written = textAt(item, 'value') ?? '';
  if (!from) {
    if (/\$\([A-Za-z_]\w*\)/.test(written))
      notes.changed(
        item,
        path,
        'Kubernetes fills `$(NAME)` in; a manifest hands it over as it stands.',
        'Write the value out, or let the process put it together.',
      );
    return [[name, envValue({ name, value: written, at: item, path }, contextOf(workload))]];
  }
  const secret = textAt(from, 'secretKeyRef', 'name');
  const key = textAt(from, 'secretKeyRef', 'key');
  if (secret && key) return [[name, { secret: { name: secret, key } }]];
  const map = textAt(from, 'configMapKeyRef', 'name') ?? '';
  const entry = workload.configMaps.get(map)?.find((candidate) => candidate.key === textAt(from, 'configMapKeyRef', 'key'));
  if (entry) {
    notes.changed(
      item,
      path,
      `Its value is the one of the ConfigMap \`${map}\`.`,
      `Where it differs, write \`environments.<name>.env.${name}\`.`,
    );
    return [[name, envValue({ name, value: textAt(entry.value) ?? '', at: item, path }, contextOf(workload))]];
  }
  if (map !== '') {
    notes.changed(
      item,
      path,
      `The ConfigMap \`${map}\` is not in this file.`,
      `Give the value in each environment: \`environments.<name>.env.${name}\`.`,
    );
    return [[name, { required: true }]];
  }
  const field = textAt(from, 'fieldRef', 'fieldPath') ?? textAt(from, 'resourceFieldRef', 'resource') ?? '';
  notes.lost(
    item,
    path,
    `\`${field}\` is known of an instance alone.`,
    field.includes('namespace')
      ? 'Write the name of the environment with `environment.name`, or let the process ask.'
      : 'Let the process ask for it.',
  );
  return [];
}

function contextOf({ name, secretNames, place }: Workload) {
  return { service: name, secretNames, notes: place.notes };
}

/** The section `resources`. */
export function resourcesSection({ container, path, place }: Workload): Record<string, unknown> {
  const section = (kind: 'requests' | 'limits') => {
    const all = entriesAt(container, 'resources', kind);
    const kept = all.filter(({ key }) => key === 'cpu' || key === 'memory');
    for (const entry of all.filter((other) => !kept.includes(other)))
      place.notes.lost(entry, `${path}.resources.${kind}.${entry.key}`, 'Manifests know CPU and memory.', 'Ask those who run the cluster.');
    return kept.length > 0 ? { [kind]: Object.fromEntries(kept.map(({ key, value }) => [key, amount(value)])) } : {};
  };
  return { ...section('requests'), ...section('limits') };
}

function amount(node: YamlNode): unknown {
  const value = plain(node);
  return typeof value === 'string' || typeof value === 'number' ? value : String(value);
}

/** Says of files of ConfigMaps and of other volumes what becomes of them. */
export function noteMounts({ container, pod, path, place }: Workload): void {
  for (const [i, mount] of itemsAt(container, 'volumeMounts').entries()) {
    const name = textAt(mount, 'name');
    const volume = itemsAt(pod, 'volumes').find((candidate) => textAt(candidate, 'name') === name);
    const target = textAt(mount, 'mountPath') ?? '';
    const where = `${path}.volumeMounts[${i}]`;
    const map = textAt(volume, 'configMap', 'name');
    const file = textAt(mount, 'subPath');
    if (map)
      place.notes.lost(
        mount,
        where,
        `Files are delivered from the repository, not from the ConfigMap \`${map}\`.`,
        `Save ${file ? `\`${file}\`` : 'each file of it'} beside the manifest, and add \`config: [{ source: ${file ?? '…'}, target: ${file ? target : `${target.replace(/\/$/, '')}/…`} }]\`.`,
      );
    else if (valueAt(volume, 'secret'))
      place.notes.lost(
        mount,
        where,
        'Secrets are handed over as variables, not as files.',
        'Read it from the environment: `env.NAME: { secret: { name, key } }`.',
      );
    else if (valueAt(volume, 'emptyDir'))
      place.notes.lost(
        mount,
        where,
        `\`${target}\` is gone with the instance, with or without it.`,
        'Make the folder in the Dockerfile, owned by the user that runs.',
      );
    else
      place.notes.lost(
        mount,
        where,
        `Manifests have no volumes: what is written to \`${target}\` would be gone with the instance.`,
        'Keep data in a database or an object store; what has to stay on a disk is not for Waybill.',
      );
  }
}

export function noteContainer({ container, path, place }: Workload): void {
  const handled = [
    'name',
    'image',
    'ports',
    'env',
    'envFrom',
    'resources',
    'lifecycle',
    'volumeMounts',
    ...probes.map((probe) => `${probe}Probe`),
  ];
  noteRest(entriesAt(container), path, { handled, lost: lostContainerKeys, format: 'Kubernetes' }, place.notes);
}
