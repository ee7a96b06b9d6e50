// A user of a cluster that may do only what a test says.
import { join } from 'node:path';
import { writeKubeconfig } from './kubernetes.ts';

/** One RBAC rule, as in a Role. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

export interface RestrictedUser {
  readonly name: string;
  /** The namespace of the account and of its Role; it is made when it is not there. */
  readonly namespace: string;
  readonly rules: readonly Rule[];
  /** Rules for the whole cluster (a ClusterRole), for example reading namespaces. */
  readonly clusterRules?: readonly Rule[];
  /** How long the token lasts, as kubectl spells it; `1h` by default (10m is the least that the API server gives). */
  readonly duration?: string;
}

interface Cluster {
  readonly folder: string;
  readonly server: string;
  readonly ca: string;
  kubectl(...args: readonly string[]): Promise<string>;
  apply(manifest: string): Promise<string>;
}

/** Makes the account with its Role and returns the path of its kubeconfig. */
export async function restrictedKubeconfig(cluster: Cluster, user: RestrictedUser): Promise<string> {
  const { name, namespace } = user;
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  const rbac = 'rbac.authorization.k8s.io';
  const bind = (scope: '' | 'Cluster', rules: readonly Rule[]) => {
    const place = scope === '' ? { name, namespace } : { name: `${namespace}-${name}` };
    return [
      { apiVersion: `${rbac}/v1`, kind: `${scope}Role`, metadata: place, rules },
      {
        apiVersion: `${rbac}/v1`,
        kind: `${scope}RoleBinding`,
        metadata: place,
        subjects,
        roleRef: { apiGroup: rbac, kind: `${scope}Role`, name: place.name },
      },
    ];
  };
  const items = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } },
    ...bind('', user.rules),
    ...(user.clusterRules ? bind('Cluster', user.clusterRules) : []),
  ];
  await cluster.apply(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  const token = (await cluster.kubectl('create', 'token', name, '-n', namespace, '--duration', user.duration ?? '1h')).trim();
  const path = join(cluster.folder, `${namespace}-${name}.conf`);
  return writeKubeconfig(path, { server: cluster.server, ca: cluster.ca, context: name, user: name, token, namespace });
}
