/** Server-side apply: for show (dry run) and for good. Never with force (S5). */
import { fail } from '../errors.ts';
import { fieldManager, ownerAnnotation, pathOf } from './names.ts';
import { type Api, type ApiAnswer, absent, isApiError, statusOf } from './request.ts';
import type { DeploymentObject, KubeObject } from './types.ts';

/** What would become of one object. */
export interface Prediction {
  readonly intent: KubeObject;
  readonly live: KubeObject | undefined;
  /** The intent itself when the server would not say. */
  readonly predicted: KubeObject;
  readonly refusals: readonly string[];
  readonly warnings: readonly string[];
}

/** `PATCH` with `application/apply-patch+yaml`, which is JSON too; unknown fields are errors. Throws ApiError. */
export function applyObject(api: Api, object: KubeObject, dryRun: boolean, signal: AbortSignal): Promise<ApiAnswer<KubeObject>> {
  return api.send<KubeObject>(
    {
      method: 'PATCH',
      path: pathOf(object.apiVersion, object.kind, object.metadata.namespace ?? '', object.metadata.name),
      query: { fieldManager, fieldValidation: 'Strict', ...(dryRun ? { dryRun: 'All' } : {}) },
      body: object,
      contentType: 'application/apply-patch+yaml',
      timeout: 30_000,
    },
    signal,
  );
}

/** Reads the live object and asks the server what applying would make of it. What is refused becomes a refusal, not an error. */
export async function predict(api: Api, intent: KubeObject, namespaceExists: boolean, signal: AbortSignal): Promise<Prediction> {
  const { apiVersion, kind, metadata } = intent;
  if (!namespaceExists) return { intent, live: undefined, predicted: intent, refusals: [], warnings: [] };
  let live: KubeObject | undefined;
  try {
    const path = pathOf(apiVersion, kind, metadata.namespace ?? '', metadata.name);
    const found = (await absent(api.send<KubeObject>({ path }, signal)))?.body;
    // Single objects come with their kind; it is set all the same, as the diff shows it.
    live = found && { ...found, apiVersion, kind };
    const foreign = live ? foreignOwner(live, intent) : undefined;
    if (foreign) return { intent, live, predicted: intent, refusals: [foreign], warnings: [] };
    const answer = await applyObject(api, intent, true, signal);
    return { intent, live, predicted: answer.body, refusals: [], warnings: answer.warnings };
  } catch (error) {
    const status = statusOf(error);
    if (!isApiError(error) || status === 0 || status === 401 || (status ?? 0) >= 500 || status === 429) throw error;
    return { intent, live, predicted: intent, refusals: [refusalText(intent, error)], warnings: [] };
  }
}

/** In words: a conflict names the managers that hold the fields. */
export function refusalText(intent: KubeObject, error: unknown): string {
  const name = `${intent.kind} ${intent.metadata.name}`;
  if (!isApiError(error)) return `${name}: ${error instanceof Error ? error.message : String(error)}`;
  const causes = (error.body.details?.causes ?? []).filter((cause) => cause.reason === 'FieldManagerConflict');
  if (causes.length === 0) return `${name}: ${error.body.message ?? error.message}`;
  const byManager = new Map<string, string[]>();
  for (const cause of causes) {
    const manager = /conflict with "([^"]+)"/.exec(cause.message ?? '')?.[1] ?? 'another manager';
    byManager.set(manager, [...(byManager.get(manager) ?? []), cause.field ?? '']);
  }
  const who = [...byManager].map(([manager, fields]) => `'${manager}' set ${fields.join(', ')}`);
  return `${name} was changed by someone else: ${who.join('; ')}. Undo that change, or put it into waybill.yaml, and plan again.`;
}

/** Other tools that own an object, and objects of the name that are not this service's. */
function foreignOwner(live: KubeObject, intent: KubeObject): string | undefined {
  const annotations = live.metadata.annotations ?? {};
  const labels = live.metadata.labels ?? {};
  const tool = annotations['meta.helm.sh/release-name']
    ? `Helm (release ${annotations['meta.helm.sh/release-name']})`
    : annotations['argocd.argoproj.io/tracking-id']
      ? `Argo CD (${annotations['argocd.argoproj.io/tracking-id']})`
      : labels['kustomize.toolkit.fluxcd.io/name']
        ? `Flux (${labels['kustomize.toolkit.fluxcd.io/name']})`
        : undefined;
  const name = `${live.kind} ${live.metadata.name}`;
  if (tool) return `${name} belongs to ${tool}. Waybill does not take over what another tool keeps in place.`;
  const owner = annotations[ownerAnnotation];
  if (owner === intent.metadata.annotations?.[ownerAnnotation]) return undefined;
  return owner
    ? `${name} belongs to ${owner}, not to this service. Rename the service or remove that object.`
    : `${name} exists and was not made by Waybill. Rename the service or remove that object.`;
}

/**
 * Pod security and webhooks judge Pods, not Deployments: a Pod made from the predicted template is tried as well. The service
 * account is left out, as it may not exist yet. Answers the reason against and the warnings.
 */
export async function tryPod(
  api: Api,
  namespace: string,
  deployment: DeploymentObject,
  signal: AbortSignal,
): Promise<{ readonly refusals: readonly string[]; readonly warnings: readonly string[] }> {
  const { metadata, spec } = deployment.spec.template;
  const { serviceAccountName: _, serviceAccount: __, ...pod } = isRecord(spec) ? spec : {};
  try {
    const answer = await api.send<KubeObject>(
      {
        method: 'POST',
        path: `/api/v1/namespaces/${namespace}/pods`,
        query: { dryRun: 'All', fieldValidation: 'Strict' },
        body: {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { generateName: `${deployment.metadata.name}-`, labels: metadata?.labels, annotations: metadata?.annotations },
          spec: { ...pod, restartPolicy: 'Always' },
        },
      },
      signal,
    );
    return { refusals: [], warnings: answer.warnings };
  } catch (error) {
    if (!isApiError(error) || error.status === 0 || error.status === 401) throw error;
    const message = error.body.message ?? error.message;
    if (/exceeded quota|service ?account/i.test(message)) return { refusals: [], warnings: [`A Pod of this service: ${message}`] };
    if (error.waybill === 'unauthorized') {
      return { refusals: [], warnings: ['You may not create pods, so pod security was not checked before.'] };
    }
    return { refusals: [`A Pod of this service would not be admitted: ${message}`], warnings: [] };
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

/** The namespace itself, for environments that allow it. */
export async function createNamespace(api: Api, namespace: string, product: string, signal: AbortSignal): Promise<void> {
  try {
    await api.send<KubeObject>(
      {
        method: 'POST',
        path: '/api/v1/namespaces',
        query: { fieldManager },
        body: {
          apiVersion: 'v1',
          kind: 'Namespace',
          metadata: { name: namespace, labels: { 'app.kubernetes.io/managed-by': 'waybill', 'waybill.dev/product': product } },
        },
      },
      signal,
    );
  } catch (error) {
    if (statusOf(error) === 409) throw fail('conflict', `Namespace ${namespace} was created by someone else just now.`, 'Plan again.');
    throw error;
  }
}
