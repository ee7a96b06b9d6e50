/**
 * Who sets the number of instances when a service changes from a fixed number to an autoscaler: a field that its only manager gives
 * up is reset to 1, so for the moment between both it is held by a manager of its own. Pure.
 */
import { fieldManager } from './names.ts';
import type { KubeObject } from './types.ts';

type Json = Readonly<Record<string, unknown>>;
const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** True where the live number of instances is Waybill's, and the intent leaves it to an autoscaler. */
export function isChangeover(live: KubeObject, intent: KubeObject): boolean {
  if (intent.kind !== 'Deployment' || !isJson(intent.spec) || 'replicas' in intent.spec) return false;
  return (live.metadata.managedFields ?? []).some(({ manager, fieldsV1 }) => {
    const spec = fieldsV1?.['f:spec'];
    return manager === fieldManager && isJson(spec) && 'f:replicas' in spec;
  });
}

/** The intent with the number of instances that runs. */
export const withReplicas = (intent: KubeObject, live: KubeObject): KubeObject => ({
  ...intent,
  spec: { ...(isJson(intent.spec) ? intent.spec : {}), ...replicasOf(live) },
});

/** What the temporary manager applies: the number of instances and nothing else. */
export const replicasOnly = ({ apiVersion, kind, metadata }: KubeObject, live: KubeObject): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name: metadata.name, ...(metadata.namespace ? { namespace: metadata.namespace } : {}) },
  spec: replicasOf(live),
});

const replicasOf = ({ spec }: KubeObject): Json => (isJson(spec) && 'replicas' in spec ? { replicas: spec.replicas } : {});
