/**
 * The `docker-compose.yml` that says the same as a deployment, for reading and for plain `docker compose` (Compose specification;
 * inline `configs` need Compose 2.23). Pure.
 */
import { stringify } from 'yaml';
import type { ComposeTarget, EffectiveService, ImageByDigest } from '../../../server/src/protocol.ts';
import { containerSpec, secretPath } from './containerSpec.ts';
import { Label } from './labels.ts';
import { plannedView } from './view.ts';

export interface PreviewOf {
  readonly service: EffectiveService;
  readonly image: ImageByDigest;
  readonly target: ComposeTarget;
  readonly release: string;
  readonly alias: string;
  readonly tag: string;
}

/** YAML of one service's Compose file. Secrets are external: their values are in no file. */
export function composePreview(preview: PreviewOf): string {
  const { service, image, target, release, alias, tag } = preview;
  const spec = containerSpec(service, image, target.portRange);
  const owner = { product: service.product, service: service.name, environment: service.environment, project: target.project };
  const view = plannedView(spec, { owner, name: '', number: 0, sequence: 0, release, alias, tag, ports: [] });
  const { container_name: _name, configs: _configs, volumes: _volumes, labels, ...rest } = view;
  const configs = spec.files.map((file, index) => ({ name: `file-${index + 1}`, ...file }));
  const entry = {
    ...rest,
    labels: { ...labels, [Label.product]: service.product, [Label.ownService]: service.name, [Label.environment]: service.environment },
    volumes: spec.binds.map((bind) => `${bind.source}:${bind.target}:ro`),
    configs: configs.map(({ name, target: path }) => ({ source: name, target: path })),
    secrets: spec.secrets.map((secret) => ({ source: secretName(secret), target: secretPath(secret) })),
    deploy: { replicas: service.replicas },
  };
  return stringify(
    escaped(
      withoutEmpty({
        name: target.project,
        services: { [service.name]: withoutEmpty(entry) },
        configs: Object.fromEntries(configs.map(({ name, content }) => [name, { content }])),
        secrets: Object.fromEntries(spec.secrets.map((secret) => [secretName(secret), { external: true }])),
      }),
    ),
    { lineWidth: 0 },
  );
}

function secretName(secret: { readonly name: string; readonly key: string }): string {
  return `${secret.name}-${secret.key}`;
}

function withoutEmpty(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).filter(
      ([, member]) => member !== undefined && !(typeof member === 'object' && member !== null && Object.keys(member).length === 0),
    ),
  );
}

/** Compose interpolates `$`; a doubled one stands for itself. */
function escaped(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$');
  if (Array.isArray(value)) return value.map(escaped);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, escaped(member)]));
}
