/** Server-side apply: for show (dry run) and for good. With force only where a person chose so (S5). */
import { fail } from '../errors.ts';
import type { FieldConflict, PlanChoices } from '../ports.ts';
import { conflictsOf, conflictText, onlyOwn, withoutConflicts } from './conflicts.ts';
import { droppedFields } from './dropped.ts';
import { fieldManager, objectName, pathOf } from './names.ts';
import { ownerOf } from './ownership.ts';
import { isChangeover, withReplicas } from './replicas.ts';
import { type Api, type ApiAnswer, absent, isApiError, statusOf } from './request.ts';
import type { DeploymentObject, KubeObject } from './types.ts';

/** What would become of one object. */
export interface Prediction {
  /** As it is applied: what is left to others is not in it. */
  readonly intent: KubeObject;
  readonly live: KubeObject | undefined;
  /** The intent itself when the server would not say. */
  readonly predicted: KubeObject;
  readonly refusals: readonly string[];
  readonly warnings: readonly string[];
  readonly conflicts: readonly FieldConflict[];
  /** Fields of other managers are taken over. */
  readonly force: boolean;
}

/** How an object is applied. */
export interface ApplyMode {
  readonly dryRun: boolean;
  readonly force: boolean;
  /** Default `waybill`. */
  readonly manager?: string;
}

/** `PATCH` with `application/apply-patch+yaml`, which is JSON too; unknown fields are errors. Throws ApiError. */
export function applyObject(api: Api, object: KubeObject, mode: ApplyMode, signal: AbortSignal): Promise<ApiAnswer<KubeObject>> {
  return api.send<KubeObject>(
    {
      method: 'PATCH',
      path: pathOf(object.apiVersion, object.kind, object.metadata.namespace ?? '', object.metadata.name),
      query: {
        fieldManager: mode.manager ?? fieldManager,
        fieldValidation: 'Strict',
        ...(mode.dryRun ? { dryRun: 'All' } : {}),
        ...(mode.force ? { force: true } : {}),
      },
      body: object,
      contentType: 'application/apply-patch+yaml',
      timeout: 30_000,
    },
    signal,
  );
}

/** Reads the live object and asks the server what applying would make of it. What is refused becomes a refusal, not an error. */
export async function predict(
  api: Api,
  intent: KubeObject,
  namespaceExists: boolean,
  choices: PlanChoices,
  signal: AbortSignal,
): Promise<Prediction> {
  const { apiVersion, kind, metadata } = intent;
  const plain = { intent, live: undefined, predicted: intent, refusals: [], warnings: [], conflicts: [], force: false };
  if (!namespaceExists) return plain;
  let live: KubeObject | undefined;
  try {
    const path = pathOf(apiVersion, kind, metadata.namespace ?? '', metadata.name);
    const found = (await absent(api.send<KubeObject>({ path }, signal)))?.body;
    // Single objects come with their kind; it is set all the same, as the diff shows it.
    live = found && { ...found, apiVersion, kind };
    return { ...plain, live, ...(await tryApply(api, intent, live, choices, signal)) };
  } catch (error) {
    const status = statusOf(error);
    if (!isApiError(error) || status === 0 || status === 401 || (status ?? 0) >= 500 || status === 429) throw error;
    return { ...plain, live, refusals: [refusalText(intent, error)], conflicts: conflictsOf(intent, live, error) };
  }
}

async function tryApply(
  api: Api,
  intent: KubeObject,
  live: KubeObject | undefined,
  choices: PlanChoices,
  signal: AbortSignal,
): Promise<Partial<Prediction>> {
  const name = objectName(intent);
  const takeOver = choices.takeOver?.includes(name) === true;
  const owner = live ? ownerOf(live, intent) : { kind: 'own' as const };
  if (owner.kind === 'nobody' && !takeOver) {
    return { refusals: [owner.text], conflicts: [{ object: name, manager: 'nobody', field: '' }] };
  }
  if (owner.kind === 'tool' || owner.kind === 'other') return { refusals: [owner.text] };
  // On the change-over to an autoscaler the number of instances stays: the dry run has to know it.
  const tried = (object: KubeObject): KubeObject => (live && isChangeover(live, object) ? withReplicas(object, live) : object);
  const attempt = (object: KubeObject, force: boolean) => applyObject(api, tried(object), { dryRun: true, force }, signal);
  try {
    const answer = await attempt(intent, takeOver);
    return { predicted: answer.body, warnings: answer.warnings, refusals: refuseDropped(intent, answer.body), force: takeOver };
  } catch (error) {
    const conflicts = conflictsOf(intent, live, error);
    if (onlyOwn(conflicts)) {
      const answer = await attempt(intent, true);
      return { predicted: answer.body, warnings: answer.warnings, force: true };
    }
    if (conflicts.length === 0 || choices.leave?.includes(name) !== true) throw error;
    const left = withoutConflicts(intent, conflicts);
    const answer = await attempt(left, false);
    return { intent: left, predicted: answer.body, warnings: [...answer.warnings, leftText(left, conflicts)] };
  }
}

/** What would be left out without a word is no deployment of what was asked for. */
function refuseDropped(intent: KubeObject, predicted: KubeObject): readonly string[] {
  const dropped = droppedFields(intent, predicted);
  if (dropped.length === 0) return [];
  const jdk = dropped.some((path) => path.includes('[jdk]'))
    ? ' Images are mounted only where the feature ImageVolume is on (Kubernetes 1.35 and later by default): use jdk.mode hostMount or layer.'
    : '';
  return [
    `${intent.kind} ${intent.metadata.name}: the cluster leaves out ${dropped.join(', ')}, as the feature is switched off in it.${jdk}`,
  ];
}

const leftText = (object: KubeObject, conflicts: readonly FieldConflict[]): string =>
  `${object.kind} ${object.metadata.name}: left to others as they are: ${conflicts.map(({ field, manager }) => `${field} (\`${manager}\`)`).join(', ')}.`;

/** In words: a conflict names the managers that hold the fields, a field that cannot change says how it can after all. */
export function refusalText(intent: KubeObject, error: unknown): string {
  const name = `${intent.kind} ${intent.metadata.name}`;
  if (!isApiError(error)) return `${name}: ${error instanceof Error ? error.message : String(error)}`;
  const conflicts = conflictsOf(intent, undefined, error);
  if (conflicts.length > 0) return conflictText(intent, conflicts);
  const message = error.body.message ?? error.message;
  return `${name}: ${message}${/field is immutable|may not change once set|cannot be changed/.test(message) ? ` ${immutableAdvice(intent.kind)}` : ''}`;
}

const immutableAdvice = (kind: string): string =>
  kind === 'Deployment'
    ? 'That field never changes: the Deployment has to be deleted and made again; its instances go on running with `kubectl delete --cascade=orphan`, and are replaced by the deployment.'
    : 'That field never changes: remove the object and plan again.';

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
