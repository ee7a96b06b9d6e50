/** Plain YAML of a service's objects, for kubectl alone, and a Kustomize base with an overlay for each environment. Pure. */
import { stringify } from 'yaml';
import type { DeployIntent, GeneratedFile } from '../ports.ts';
import { isJson, type Json } from './fields.ts';
import { kubernetesTarget } from './identity.ts';
import { sorted } from './noise.ts';
import { objectsOf } from './objects.ts';
import type { KubeObject } from './types.ts';

/** Files are made without asking a cluster; every supported one understands what this minor version does. */
const minor = 30;
const yaml = (value: unknown): string => stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });

const objects = (intent: DeployIntent): readonly KubeObject[] =>
  objectsOf(intent, kubernetesTarget(intent.environment).namespace, { minor });

/** One file with all objects in the order of their application. */
export function manifestsOf(intent: DeployIntent): readonly GeneratedFile[] {
  const { service, environment, release, alias } = intent;
  const heading = [
    `# ${service.product}/${service.name} in ${environment.name}: release ${release} (${alias}).`,
    `# Use: kubectl apply --server-side -f ${service.name}.yaml`,
    ...secretsOf(intent).map((name) => `# Needs the Secret ${name}, which is in no file.`),
  ];
  return [{ path: `${service.name}.yaml`, text: `${heading.join('\n')}\n${objects(intent).map(yaml).join('---\n')}` }];
}

const secretsOf = ({ service }: DeployIntent): readonly string[] => [
  ...new Set(service.env.flatMap((entry) => ('secret' in entry ? [`${entry.secret.name} with the key ${entry.secret.key}`] : []))),
];

/** The first environment is the base; each overlay says what is different. Objects that not all of them have stand in the overlays. */
export function kustomizeOf(intents: readonly DeployIntent[]): readonly GeneratedFile[] {
  const [first] = intents;
  if (!first) return [];
  const { name } = first.service;
  const sets = intents.map((intent) => ({ intent, own: objects(intent).map(withoutNamespace) }));
  const common = (sets[0]?.own ?? []).filter((object) => sets.every(({ own }) => own.some((other) => keyOf(other) === keyOf(object))));
  const keys = new Set(common.map(keyOf));
  return [
    { path: `${name}/base/${name}.yaml`, text: common.map(yaml).join('---\n') },
    { path: `${name}/base/kustomization.yaml`, text: yaml({ ...head, resources: [`${name}.yaml`] }) },
    ...sets.flatMap(({ intent, own }) => overlayOf(intent, name, common, own, keys)),
  ];
}

const head = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' };

function overlayOf(
  { environment }: DeployIntent,
  name: string,
  common: readonly KubeObject[],
  own: readonly KubeObject[],
  keys: ReadonlySet<string>,
): readonly GeneratedFile[] {
  const folder = `${name}/overlays/${environment.name}`;
  const added = own.filter((object) => !keys.has(keyOf(object)));
  const patches = common.flatMap((object) => {
    const other = own.find((candidate) => keyOf(candidate) === keyOf(object));
    const patch = other ? [...changes(object, other, '')] : [];
    const { kind, metadata } = object;
    return patch.length === 0 ? [] : [{ target: { kind, name: metadata.name }, patch: yaml(patch) }];
  });
  const kustomization = {
    ...head,
    namespace: kubernetesTarget(environment).namespace,
    resources: ['../../base', ...(added.length > 0 ? ['own.yaml'] : [])],
    ...(patches.length > 0 ? { patches } : {}),
  };
  return [
    { path: `${folder}/kustomization.yaml`, text: yaml(kustomization) },
    ...(added.length > 0 ? [{ path: `${folder}/own.yaml`, text: added.map(yaml).join('---\n') }] : []),
  ];
}

const keyOf = ({ apiVersion, kind, metadata }: KubeObject): string => `${apiVersion}/${kind}/${metadata.name}`;

function withoutNamespace({ metadata, ...object }: KubeObject): KubeObject {
  const { namespace: _, ...rest } = metadata;
  return { ...object, metadata: rest } as KubeObject;
}

/** What makes one value of the other, as operations of RFC 6902; lists are replaced as a whole. */
function* changes(from: Json, to: Json, path: string): Generator<Json> {
  for (const name of new Set([...Object.keys(from), ...Object.keys(to)])) {
    const at = `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const [before, after] = [from[name], to[name]];
    if (before === undefined) yield { op: 'add', path: at, value: after };
    else if (after === undefined) yield { op: 'remove', path: at };
    else if (isJson(before) && isJson(after)) yield* changes(before, after, at);
    else if (JSON.stringify(sorted(before)) !== JSON.stringify(sorted(after))) yield { op: 'replace', path: at, value: after };
  }
}
