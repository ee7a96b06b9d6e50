/** What the namespace of an environment is given: labels, quota, limits, network policies. Pure. */
import type { EnvironmentSummary } from '../../../server/src/protocol.ts';
import { kubernetesTarget } from './identity.ts';
import { ownerAnnotation } from './names.ts';
import type { KubeObject } from './types.ts';

type Json = Readonly<Record<string, unknown>>;

/** For containers that say nothing of themselves where a quota asks every container to. */
const containerDefaults = { defaultRequest: { cpu: '100m', memory: '128Mi' }, default: { memory: '512Mi' } };

/** The objects of an environment in the order of application; the namespace first. */
export function environmentObjects(environment: EnvironmentSummary): readonly KubeObject[] {
  const { namespace, isolation } = kubernetesTarget(environment);
  const make = (apiVersion: string, kind: string, name: string, spec: Json): KubeObject => ({
    apiVersion,
    kind,
    metadata: {
      name,
      namespace,
      labels: labelsOf(environment),
      annotations: { [ownerAnnotation]: environmentMark(environment, apiVersion, kind, namespace, name) },
    },
    spec,
  });
  const policy = (name: string, spec: Json): KubeObject => make('networking.k8s.io/v1', 'NetworkPolicy', name, spec);
  return [
    namespaceObject(environment),
    ...(isolation?.quota
      ? [
          make('v1', 'ResourceQuota', 'waybill', { hard: isolation.quota }),
          make('v1', 'LimitRange', 'waybill', { limits: [{ type: 'Container', ...containerDefaults }] }),
        ]
      : []),
    ...(isolation?.networkPolicy === 'default-deny'
      ? [
          policy('waybill-default-deny', { podSelector: {}, policyTypes: ['Ingress'] }),
          policy('waybill-same-product', {
            podSelector: {},
            policyTypes: ['Ingress'],
            ingress: [{ from: [{ namespaceSelector: { matchLabels: { 'waybill.dev/product': environment.product } } }] }],
          }),
        ]
      : []),
  ];
}

const labelsOf = (environment: EnvironmentSummary): Readonly<Record<string, string>> => ({
  'app.kubernetes.io/managed-by': 'waybill',
  'app.kubernetes.io/part-of': environment.product,
  'waybill.dev/product': environment.product,
  'waybill.dev/environment': environment.name,
});

/** Labels and the Rancher project only: a namespace is often there before, made by others, and carries no mark of an owner. */
function namespaceObject(environment: EnvironmentSummary): KubeObject {
  const { namespace, isolation, rancherProject } = kubernetesTarget(environment);
  const level = isolation?.podSecurity;
  const modes = level ? ['enforce', 'audit', 'warn'].map((mode) => [`pod-security.kubernetes.io/${mode}`, level]) : [];
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: namespace,
      labels: {
        'waybill.dev/product': environment.product,
        'waybill.dev/environment': environment.name,
        ...Object.fromEntries(modes),
      },
      ...(rancherProject ? { annotations: { 'field.cattle.io/projectId': rancherProject } } : {}),
    },
  };
}

/** Whose an object of an environment is, and which object it was put on. */
function environmentMark(environment: EnvironmentSummary, apiVersion: string, kind: string, namespace: string, name: string): string {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  return `${environment.product}/${environment.name}:${group}/${kind}:${namespace}/${name}`;
}
