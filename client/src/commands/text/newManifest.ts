import type { WorkspaceModel } from '../../../../server/src/protocol.ts';

/**
 * A first `waybill.yaml` for a Dockerfile, as a snippet with a stop at each value worth a look: name from the folder, product, registry
 * and environment from the workspace, base image from the Dockerfile's FROM.
 * @param dockerfile URI of the Dockerfile; undefined: one is still to be written
 */
export function newManifest(model: WorkspaceModel, folderName: string, dockerfile?: string): string {
  const name =
    folderName
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'my-service';
  const environment = model.environments.find(({ promote }) => promote.from.length === 0);
  const product = environment?.product ?? model.services[0]?.product ?? 'my-product';
  const base = model.catalogue?.images.find(
    (image) => image.layer === 'base' && image.uses.some((use) => sameUri(use.location.uri, dockerfile)),
  );
  const anyBase = model.catalogue?.images.find((image) => image.layer === 'base' && !image.deprecated);
  const host = model.registries[0]?.host ?? 'registry.example.com';
  const file = dockerfile?.slice(dockerfile.lastIndexOf('/') + 1);
  const standards = (base ?? anyBase)?.standards;
  return [
    'apiVersion: waybill.dev/v1',
    'kind: Service',
    'metadata:',
    `  name: ${stop(1, name)}`,
    `  product: ${stop(2, product)}`,
    ...(standards ? [`standards: ${stop(3, standards)}`] : []),
    '',
    'build:',
    ...(file && file !== 'Dockerfile' ? [`  dockerfile: ${file}`] : []),
    `  base: ${stop(4, (base ?? anyBase)?.name ?? 'my-base-image')}`,
    '',
    'image:',
    `  repository: ${stop(5, `${host}/${product}/${name}`)}`,
    '',
    'ports:',
    `  - { name: http, port: ${stop(6, '8080')} }`,
    '',
    'resources:',
    '  requests: { cpu: 100m, memory: 128Mi }',
    '  limits: { memory: 256Mi }',
    '',
    'health:',
    `  readiness: { http: { port: http, path: ${stop(7, '/health')} }, period: 5s }`,
    '',
    'environments:',
    `  ${stop(8, environment?.name ?? 'dev')}: {}`,
    '',
  ].join('\n');
}

function stop(index: number, text: string): string {
  return `\${${index}:${text.replace(/[\\$}]/g, '\\$&')}}`;
}

function sameUri(one: string, other: string | undefined): boolean {
  return other !== undefined && decodeURIComponent(one) === decodeURIComponent(other);
}
