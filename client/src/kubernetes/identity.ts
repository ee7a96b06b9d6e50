/** Which cluster answers, and whether it is the one that the environment pins (S2). */
import type { ClusterPin, EnvironmentSummary, KubernetesTarget } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import { type Api, absent, statusOf } from './request.ts';
import type { KubeObject } from './types.ts';

/** What a cluster is recognised by; members that may not be read are absent. */
export interface Pins {
  readonly cluster: ClusterPin;
  readonly namespaceUid?: string;
}

/** The target of an environment of this platform. Throws `configuration` for another kind. */
export function kubernetesTarget(environment: EnvironmentSummary): KubernetesTarget {
  const target = environment.target;
  if (isKubernetes(target)) return target;
  throw fail('configuration', `The environment \`${environment.name}\` is not a Kubernetes environment.`, 'Set `kind: kubernetes`.');
}

const isKubernetes = (target: EnvironmentSummary['target']): target is KubernetesTarget =>
  target.kind === 'kubernetes' && 'context' in target && 'namespace' in target;

/** What `Pin Cluster` writes down: server, CA, UID of `kube-system`, UID of the namespace. */
export async function pinsOf(api: Api, namespace: string | undefined, signal: AbortSignal): Promise<Pins> {
  const [system, own] = await Promise.all([
    uidOf(api, 'kube-system', signal),
    namespace === undefined ? undefined : uidOf(api, namespace, signal),
  ]);
  return {
    cluster: { server: api.server, ...(api.ca ? { ca: api.ca } : {}), ...(system ? { uid: system } : {}) },
    ...(own ? { namespaceUid: own } : {}),
  };
}

/** UID of a namespace; undefined where it is not there or may not be read. */
async function uidOf(api: Api, namespace: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const found = await absent(api.send<KubeObject>({ path: `/api/v1/namespaces/${namespace}` }, signal));
    return found?.body.metadata.uid;
  } catch (error) {
    if (statusOf(error) === 403) return undefined;
    throw error;
  }
}

/**
 * Compares the cluster with the pins and describes it, one line per fact. Server and CA must match; then the UID of `kube-system`,
 * or, where it may not be read, that of the namespace. Throws `wrong-target` with what differs, or with the RBAC rule to ask for.
 * `forWriting` false accepts an environment without pins: reading harms nobody.
 */
export async function verifyIdentity(
  api: Api,
  environment: EnvironmentSummary,
  forWriting: boolean,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const target = kubernetesTarget(environment);
  if (forWriting) requirePins(environment.name, target, api);
  const differences = [
    ...differs('server', target.cluster.server && comparable(target.cluster.server), comparable(api.server)),
    ...differs('CA', target.cluster.ca, api.ca ?? 'the authorities of the system'),
  ];
  if (differences.length > 0) throw wrongCluster(environment.name, target, differences);
  const { cluster, namespaceUid } = await pinsOf(api, target.namespace, signal);
  const facts = [`context ${target.context}`, `server ${api.server}`, `CA ${api.ca ?? 'of the system'}`];
  if (cluster.uid && target.cluster.uid) {
    const wrong = differs('UID of kube-system', target.cluster.uid, cluster.uid);
    if (wrong.length > 0) throw wrongCluster(environment.name, target, wrong);
    facts.push(`kube-system ${cluster.uid}`);
  } else if (namespaceUid && target.namespaceUid) {
    const wrong = differs(`UID of namespace ${target.namespace}`, target.namespaceUid, namespaceUid);
    if (wrong.length > 0) throw wrongCluster(environment.name, target, wrong);
  } else if (forWriting) {
    throw unprovable(environment.name, target);
  }
  return [...facts, `namespace ${target.namespace}${namespaceUid ? ` ${namespaceUid}` : ''}`];
}

const differs = (what: string, pinned: string | undefined, found: string): readonly string[] =>
  pinned === undefined || pinned === found ? [] : [`${what}: pinned ${pinned}, found ${found}`];

/** URL with its port spelt out, so that `https://h` and `https://h:443/` are one. */
export function comparable(server: string): string {
  const url = new URL(server);
  return `${url.protocol}//${url.hostname}:${url.port || (url.protocol === 'https:' ? '443' : '80')}${url.pathname.replace(/\/+$/, '')}`;
}

function requirePins(environment: string, target: KubernetesTarget, api: Api): void {
  const missing = [
    ...(target.cluster.server ? [] : ['cluster.server']),
    ...(target.cluster.ca || api.ca === undefined ? [] : ['cluster.ca']),
    ...(target.cluster.uid || target.namespaceUid ? [] : ['cluster.uid']),
  ];
  if (missing.length === 0) return;
  throw fail(
    'wrong-target',
    `The environment \`${environment}\` does not pin its cluster: ${missing.join(', ')} is missing, so nothing proves which cluster would be written to.`,
    'Run Pin Cluster for this environment.',
  );
}

const wrongCluster = (environment: string, target: KubernetesTarget, differences: readonly string[]): Error =>
  fail(
    'wrong-target',
    `Context \`${target.context}\` does not lead to the cluster that \`${environment}\` pins. ${differences.join('; ')}.`,
    'Nothing was written. Correct your kubeconfig; pin again only if the cluster was really replaced.',
  );

const unprovable = (environment: string, target: KubernetesTarget): Error =>
  fail(
    'wrong-target',
    `Nothing that \`${environment}\` pins can be read: neither namespace kube-system nor namespace ${target.namespace} with its pinned namespaceUid.`,
    `Ask for a rule that allows 'get' on 'namespaces' with resourceNames [${target.namespace}], and run Pin Cluster.`,
  );
