import { optional } from '../../text/optional.ts';
import { entriesAt, entryOf, itemsAt, textAt } from '../../yaml/tree.ts';
import { labelOf } from './amounts.ts';
import { buildSection } from './composeBuild.ts';
import { configSection, envFromSection, mountedSecrets } from './composeFiles.ts';
import { lostServiceKeys } from './composeLost.ts';
import type { ComposeService } from './composeModel.ts';
import { healthSection, lifecycleSection, portsOf, resourcesSection, rolloutSections } from './composeRun.ts';
import { composeText, filledAt, pairsAt } from './composeText.ts';
import { envValue, noteSecrets } from './env.ts';
import { noteRest } from './notes.ts';
import { fillRequired, productOf, repositoryOf } from './place.ts';
import type { Sections } from './write.ts';

const handled = [
  ...['build', 'image', 'ports', 'expose', 'environment', 'env_file', 'healthcheck', 'deploy', 'scale', 'volumes', 'configs', 'secrets'],
  ...['depends_on', 'network_mode', 'platform', 'stop_grace_period', 'stop_signal', 'cpus', 'mem_limit', 'mem_reservation'],
];

/** The sections of the manifest of a service. */
export function composeSections(service: ComposeService): Sections {
  const { name, node, path, place, root } = service;
  const product = productOf(place, labelOf(filledAt(root, 'name') ?? ''));
  const { build, labels } = buildSection(service);
  const reference = filledAt(node, 'image');
  const repository = repositoryOf(place, product, name, reference ? { reference, path: `${path}.image` } : undefined);
  if (!service.build)
    place.notes.todo(
      'build',
      `\`${reference ?? name}\` is an image of others; Waybill deploys images that it has built and released.`,
      'Write a Dockerfile that begins with it, or leave this service where it is.',
    );
  const ports = portsOf(service);
  const { scale, rollout } = rolloutSections(service);
  const sections: Sections = {
    metadata: { name, product },
    dependsOn: dependencies(service),
    ...optional('standards', place.standards?.name || undefined),
    build,
    image: { repository, ...(Object.keys(labels).length > 0 ? { labels } : {}) },
    ports,
    env: { ...environment(service), ...mountedSecrets(service) },
    envFrom: envFromSection(service),
    config: configSection(service),
    resources: resourcesSection(service),
    health: healthSection(service, ports),
    lifecycle: lifecycleSection(service),
    network: networkSection(service),
    scale,
    rollout,
  };
  noteRest(entriesAt(node), path, { handled, lost: lostServiceKeys, format: 'Compose' }, place.notes);
  noteSecrets(sections.env, place.notes);
  fillRequired(sections, place);
  return sections;
}

function environment(service: ComposeService): Record<string, unknown> {
  const { node, path, name, place, secretNames } = service;
  const context = { service: name, secretNames, notes: place.notes };
  const values = pairsAt(node, 'environment', path).map(({ name: variable, value, at, path: where }) => {
    const { text, open, filled } = composeText(value ?? '');
    const known = value === undefined || open.length > 0 ? undefined : text;
    const held = envValue({ name: variable, value: known, at, path: where }, context);
    if (known !== undefined && filled && typeof held === 'string')
      place.notes.changed(
        at,
        where,
        `It is \`${text}\`, the default of its variable.`,
        `Where it differs, write \`environments.<name>.env.${variable}\`.`,
      );
    return [variable, held] as const;
  });
  return Object.fromEntries(values);
}

function dependencies({ node, path, siblings, place }: ComposeService): readonly string[] {
  const entry = entryOf(node, 'depends_on');
  if (!entry) return [];
  const listed = itemsAt(entry.value).flatMap((item) => textAt(item) ?? []);
  const names = [...listed, ...entriesAt(entry.value).map(({ key }) => key)];
  const known = names.flatMap((name) => siblings.get(name) ?? []);
  const others = names.filter((name) => !siblings.has(name));
  if (others.length > 0)
    place.notes.lost(
      entry,
      `${path}.depends_on`,
      `${others.map((name) => `\`${name}\``).join(', ')} ${others.length === 1 ? 'is no service' : 'are no services'} of Waybill’s.`,
      'The service has to wait for them itself; their addresses belong to `env`.',
    );
  return [...new Set(known)];
}

function networkSection({ node, path, place }: ComposeService): Record<string, unknown> {
  const entry = entryOf(node, 'network_mode');
  const mode = filledAt(entry?.value);
  if (mode === 'host') return { mode: 'host' };
  if (entry && mode !== 'bridge')
    place.notes.lost(
      entry,
      `${path}.network_mode`,
      `\`${mode ?? ''}\` is no network of a manifest.`,
      'Services of one environment reach each other by name; `network.mode` is `bridge` or `host`.',
    );
  return {};
}
