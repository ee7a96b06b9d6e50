/** Names, labels and marks of ownership of everything that Waybill writes into a cluster. Pure. */
import { createHash } from 'node:crypto';
import type { EffectiveService } from '../../../server/src/protocol.ts';

/** Manager of the fields that Waybill sets by server-side apply. */
export const fieldManager = 'waybill';
/** Holds the number of instances while it changes hands from the manifest to the autoscaler. */
export const replicasManager = 'waybill-replicas';
/** Sets the number of instances, or its minimum, by the clock. */
export const scheduleManager = 'waybill-schedule';

/** Names of fields whose values are shown to nobody, wherever they come from (S6). */
export const secretName = /passw|secret|token|credential|private|api_?key|access_?key/i;

export const ownerAnnotation = 'waybill.dev/owner';
export const lockAnnotation = 'waybill.dev/lock';
/** Annotations of the Deployment that tell about a deployment and change with each; never a difference in a plan. */
export const volatileAnnotations = ['waybill.dev/deployed-by', 'waybill.dev/deployed-at', 'waybill.dev/plan-hash'] as const;

const sha256 = (text: string, encoding: 'hex' | 'base64url'): string => createHash('sha256').update(text).digest(encoding);

/** Name of the ApplySet parent of a service, which also holds its lock and its records. */
export const parentName = (service: string): string => `waybill-${service}`;

/** ApplySet id of the parent ConfigMap (KEP-3659): `applyset-<base64url(sha256(name.namespace.kind.group))>-v1`. */
export const applySetId = (service: string, namespace: string): string =>
  `applyset-${sha256(`${parentName(service)}.${namespace}.ConfigMap.`, 'base64url')}-v1`;

/** Hash over the configuration files, as 64 hex digits; the order of the files does not matter. */
export function configHash(config: EffectiveService['config']): string {
  const sorted = [...config].sort((a, b) => (a.target < b.target ? -1 : 1)).map(({ target, content }) => [target, content]);
  return sha256(JSON.stringify(sorted), 'hex');
}

/** Name of the ConfigMap of one content. */
export const configMapName = (service: EffectiveService): string => `${service.name}-${configHash(service.config).slice(0, 8)}`;

/** A label value made of any text: at most 63 of `[A-Za-z0-9._-]`, beginning and ending alphanumerically. */
export const labelValue = (text: string): string =>
  text
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .slice(0, 63)
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '');

/** Never changes for a service: selectors of Deployments are immutable. */
export const selectorLabels = (service: string): Readonly<Record<string, string>> => ({
  'app.kubernetes.io/name': service,
  'app.kubernetes.io/instance': service,
});

export const stableTrack = { 'waybill.dev/track': 'stable' } as const;

/** Labels of every object of a service. */
export const objectLabels = (service: EffectiveService, tag: string): Readonly<Record<string, string>> => ({
  ...selectorLabels(service.name),
  'app.kubernetes.io/version': labelValue(tag),
  'app.kubernetes.io/part-of': service.product,
  'app.kubernetes.io/managed-by': 'waybill',
  'waybill.dev/environment': service.environment,
});

/** The mark that says whose an object is and which object it was put on: a copy of the object does not count as owned. */
export function ownerMark(service: EffectiveService, apiVersion: string, kind: string, namespace: string, name: string): string {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  return `${service.product}/${service.name}/${service.environment}:${group}/${kind}:${namespace}/${name}`;
}

/** Label selector of all instances of a service. */
export const podSelector = (service: string): string =>
  Object.entries(selectorLabels(service))
    .map(([name, value]) => `${name}=${value}`)
    .join(',');

interface Endpoint {
  /** Plural, as in paths and RBAC rules. */
  readonly resource: string;
  readonly group: string;
}

const endpoints: Readonly<Record<string, Endpoint>> = {
  Namespace: { resource: 'namespaces', group: '' },
  ServiceAccount: { resource: 'serviceaccounts', group: '' },
  ConfigMap: { resource: 'configmaps', group: '' },
  Service: { resource: 'services', group: '' },
  ResourceQuota: { resource: 'resourcequotas', group: '' },
  LimitRange: { resource: 'limitranges', group: '' },
  Deployment: { resource: 'deployments', group: 'apps' },
  HorizontalPodAutoscaler: { resource: 'horizontalpodautoscalers', group: 'autoscaling' },
  PodDisruptionBudget: { resource: 'poddisruptionbudgets', group: 'policy' },
  Job: { resource: 'jobs', group: 'batch' },
  CronJob: { resource: 'cronjobs', group: 'batch' },
  Role: { resource: 'roles', group: 'rbac.authorization.k8s.io' },
  RoleBinding: { resource: 'rolebindings', group: 'rbac.authorization.k8s.io' },
  NetworkPolicy: { resource: 'networkpolicies', group: 'networking.k8s.io' },
  Ingress: { resource: 'ingresses', group: 'networking.k8s.io' },
  HTTPRoute: { resource: 'httproutes', group: 'gateway.networking.k8s.io' },
};

/** Plural and API group of a kind that Waybill writes. */
export const endpointOf = (kind: string): Endpoint => endpoints[kind] ?? { resource: `${kind.toLowerCase()}s`, group: '' };

/** `/api/v1`, `/apis/apps/v1`. */
export const groupPath = (apiVersion: string): string => (apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`);

/** Path of an object of those kinds. */
export function pathOf(apiVersion: string, kind: string, namespace: string, name: string): string {
  const within = kind === 'Namespace' ? '' : `/namespaces/${namespace}`;
  return `${groupPath(apiVersion)}${within}/${endpointOf(kind).resource}/${name}`;
}

/** How plans name an object: `apps/v1/Deployment/order-api`. */
export const objectName = (object: {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}): string => `${object.apiVersion}/${object.kind}/${object.metadata.name}`;
