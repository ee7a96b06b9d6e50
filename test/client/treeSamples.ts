import type { ReleaseRecord, ServiceState } from '../../client/src/ports.ts';
import type { TreeNode } from '../../client/src/tree/node.ts';
import type { EnvironmentSummary, ImageSummary, ServiceSummary, WorkspaceModel } from '../../server/src/protocol.ts';

const location = { uri: 'file:///w/waybill.yaml', range: { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } } };

export const digest = `sha256:${'5e6f'.repeat(16)}`;

export function service(name: string, more: Partial<ServiceSummary> = {}): ServiceSummary {
  return {
    id: `zero-dsp/${name}`,
    name,
    product: 'zero-dsp',
    location,
    folder: `/w/${name}`,
    dockerfileUri: `file:///w/${name}/Dockerfile`,
    dependsOn: [],
    environments: ['dev', 'production'],
    problems: [],
    ...more,
  };
}

export function environment(name: string, more: Partial<EnvironmentSummary> = {}): EnvironmentSummary {
  return {
    name,
    product: 'zero-dsp',
    location,
    target: { kind: 'kubernetes', context: 'k', cluster: {}, namespace: `zero-dsp-${name}`, createNamespace: false },
    folder: '/w',
    promote: { from: [], requires: [] },
    protected: { on: false, confirm: 'none', gates: [], forbid: [] },
    keepRecords: 20,
    problems: [],
    ...more,
  };
}

export function model(more: Partial<WorkspaceModel> = {}): WorkspaceModel {
  return { services: [], environments: [], pools: [], registries: [], problems: [], ...more };
}

export function image(name: string, more: Partial<ImageSummary> = {}): ImageSummary {
  const repository = `r.example.com/${name}`;
  return {
    id: `standard/${name}`,
    name,
    layer: 'base',
    standards: 'standard',
    repository,
    reference: `${repository}:1.0@${digest}`,
    tag: '1.0',
    digest,
    previous: [],
    rebase: 'verify',
    ended: false,
    components: [],
    location,
    services: [],
    uses: [],
    ...more,
  };
}

export function running(name: string, more: Partial<ServiceState> = {}): ServiceState {
  return { service: name, health: 'Healthy', ready: 1, wanted: 1, tag: 'main-3f2a91c', digest, instances: [], ...more };
}

export function release(tag: string, started: string): ReleaseRecord {
  return {
    apiVersion: 'waybill.dev/v1',
    kind: 'Release',
    id: `rel-${tag}`,
    alias: `brave-${tag}`,
    identity: { service: 'zero-dsp/order-api', image: { repository: 'r.example.com/order-api', digest }, manifestHash: 'sha256:1' },
    manifest: {},
    tags: [tag],
    source: {},
    build: { id: 'b', builder: 'build-1', engine: 'buildkit', started, duration: '3s', cached: 1, pushed: '1 MB' },
    deployments: [{ environment: 'dev', at: started, by: 'ann', result: 'Succeeded' }],
  };
}

/** The rows as a person sees them, indented. */
export function drawn(nodes: readonly TreeNode[], depth = 0): string[] {
  return nodes.flatMap((node) => [
    `${'  '.repeat(depth)}${node.label}${node.description ? `  ${node.description}` : ''}${node.icon ? ` [${node.icon}]` : ''}`,
    ...drawn(node.children, depth + 1),
  ]);
}
