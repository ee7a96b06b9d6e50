import type {
  ClusterPin,
  ComposeTarget,
  ImageByDigest,
  KubernetesTarget,
  Location,
  ModelProblem,
  NamespaceIsolation,
  Target,
} from '../../protocol.ts';
import { optional } from '../text/optional.ts';
import { booleanAt, itemsAt, plain, textAt, valueAt, type YamlNode } from '../yaml/tree.ts';
import { readHosts } from './hosts.ts';

interface Local {
  readonly uri: string;
  readonly node: YamlNode;
}

/** Where an environment deploys to, with what keeps it from being used. */
export function readTarget(
  location: Location,
  folder: string,
  item: YamlNode,
  local: Local | undefined,
): { readonly target: Target; readonly problems: readonly ModelProblem[] } {
  const problems: ModelProblem[] = [];
  const kind = textAt(item, 'kind') ?? kindOf(item);
  if (kind === 'kubernetes') return { target: kubernetesTarget(location, item, local, problems), problems };
  if (kind === 'compose') return { target: composeTarget(location, folder, item, local, problems), problems };
  if (!kind) problems.push({ message: 'This environment has no `kind`: write `kubernetes` or `compose`.', location });
  const section = kind ? valueAt(item, kind) : undefined;
  const options = section?.kind === 'map' ? Object.fromEntries(section.entries.map((entry) => [entry.key, plain(entry.value)])) : {};
  return { target: { kind: kind ?? '', options }, problems };
}

function kindOf(item: YamlNode): string | undefined {
  if (valueAt(item, 'kubernetes')) return 'kubernetes';
  return valueAt(item, 'compose') ? 'compose' : undefined;
}

function kubernetesTarget(location: Location, item: YamlNode, local: Local | undefined, problems: ModelProblem[]): KubernetesTarget {
  const own = valueAt(item, 'kubernetes');
  const over = valueAt(local?.node, 'kubernetes');
  const context = textAt(over, 'context') ?? textAt(own, 'context');
  const namespace = textAt(own, 'namespace');
  if (!context) problems.push({ message: 'This environment names no kubeconfig context: set `kubernetes.context`.', location });
  if (!namespace) problems.push({ message: 'This environment names no namespace: set `kubernetes.namespace`.', location });
  const pin = (key: string) => textAt(over, 'cluster', key) ?? textAt(own, 'cluster', key);
  const cluster: ClusterPin = { ...optional('server', pin('server')), ...optional('ca', pin('ca')), ...optional('uid', pin('uid')) };
  return {
    kind: 'kubernetes',
    context: context ?? '',
    cluster,
    namespace: namespace ?? '',
    ...optional('namespaceUid', textAt(over, 'namespaceUid') ?? textAt(own, 'namespaceUid')),
    createNamespace: booleanAt(own, 'createNamespace') ?? false,
    ...optional('kubectlImage', imageByDigest(textAt(own, 'kubectlImage'))),
    ...optional('rancherProject', textAt(own, 'rancherProject')),
    ...optional('isolation', readIsolation(valueAt(item, 'isolation'))),
  };
}

/** `host/path@sha256:…`; a tag beside the digest says nothing. */
function imageByDigest(text: string | undefined): ImageByDigest | undefined {
  const [repository, digest] = (text ?? '').split('@');
  return repository && digest ? { repository: repository.replace(/:[^/:]*$/, ''), digest } : undefined;
}

function readIsolation(node: YamlNode | undefined): NamespaceIsolation | undefined {
  if (node?.kind !== 'map') return undefined;
  const policy = textAt(node, 'networkPolicy');
  const level = textAt(node, 'podSecurity');
  const quota = valueAt(node, 'quota');
  const amounts = quota?.kind === 'map' ? quota.entries.map(({ key, value }) => [key, textAt(value) ?? ''] as const) : [];
  return {
    ...(policy === 'default-deny' || policy === 'none' ? { networkPolicy: policy } : {}),
    ...(amounts.length > 0 ? { quota: Object.fromEntries(amounts) } : {}),
    ...(level === 'privileged' || level === 'baseline' || level === 'restricted' ? { podSecurity: level } : {}),
  };
}

function composeTarget(
  location: Location,
  folder: string,
  item: YamlNode,
  local: Local | undefined,
  problems: ModelProblem[],
): ComposeTarget {
  const own = valueAt(item, 'compose');
  const project = textAt(own, 'project');
  if (!project) problems.push({ message: 'This environment names no project: set `compose.project`.', location });
  const sources = [
    { uri: location.uri, folder, items: itemsAt(own, 'hosts') },
    { uri: local?.uri ?? location.uri, folder, items: itemsAt(local?.node, 'compose', 'hosts') },
  ];
  const hosts = readHosts(sources, (problem) => problems.push(problem)).map(({ host }) => host);
  if (hosts.length === 0) problems.push({ message: 'This environment has no hosts: list them under `compose.hosts`.', location });
  return {
    kind: 'compose',
    project: project ?? '',
    hosts,
    ...optional('portRange', portRange(textAt(own, 'portRange'))),
    placement: textAt(own, 'placement') === 'pack' ? 'pack' : 'spread',
  };
}

/** Reads `lo-hi`; undefined when it is none or the wrong way round. */
export function portRange(text: string | undefined): { readonly low: number; readonly high: number } | undefined {
  const match = /^(\d{1,5})-(\d{1,5})$/.exec(text ?? '');
  if (!match) return undefined;
  const low = Number(match[1]);
  const high = Number(match[2]);
  return low >= 1 && low <= high && high <= 65535 ? { low, high } : undefined;
}
