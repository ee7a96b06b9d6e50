/** Checks that run in the namespace itself: a Job of our own, watched to its end, its log kept, and taken away again (S3). */
import { randomBytes } from 'node:crypto';
import { fail } from '../errors.ts';
import type { Clock, JobOrder, JobOutcome } from '../ports.ts';
import { type Permission, requirePermissions } from './access.ts';
import { intentOf } from './drift.ts';
import { kubernetesTarget, verifyIdentity } from './identity.ts';
import { fieldManager, ownerAnnotation, ownerMark, pathOf } from './names.ts';
import { podView, waitingReason } from './pods.ts';
import { literalValue, podSpec } from './podTemplate.ts';
import { type Api, absent } from './request.ts';
import type { Condition, EventObject, KubeList, KubeObject } from './types.ts';

/** How often the Job is looked at; milliseconds. */
const pause = 1_000;
/** Lines and bytes of its log that are kept. */
const tail = { lines: 50, bytes: 8 * 1024 };
/** The Job ends by itself so long after its time, when nobody is there any more to end it; and goes so long after its end. */
const grace = 60;
const keptFor = 300;

/** What a Job takes. */
export const jobPermissions: readonly Permission[] = [
  ...['create', 'get', 'delete'].map((verb) => ({ verb, group: 'batch', resource: 'jobs' })),
  { verb: 'list', group: '', resource: 'pods' },
  { verb: 'get', group: '', resource: 'pods/log' },
];

interface JobObject extends KubeObject {
  readonly status?: { readonly conditions?: readonly Condition[] };
}

/** Throws `wrong-target` and `unauthorized` before anything is made; what the cluster refuses is an outcome. */
export async function runJob(api: Api, order: JobOrder, clock: Clock, signal: AbortSignal): Promise<JobOutcome> {
  const { environment } = order;
  await verifyIdentity(api, environment, true, signal);
  const { namespace } = kubernetesTarget(environment);
  await requirePermissions(api, namespace, jobPermissions, 'run a job that checks a release', signal);
  const name = `${order.record.service}-verify-${randomBytes(4).toString('hex')}`;
  const path = pathOf('batch/v1', 'Job', namespace, '').replace(/\/$/, '');
  try {
    await api.send<JobObject>(
      { method: 'POST', path, query: { fieldManager, fieldValidation: 'Strict' }, body: jobOf(order, namespace, name) },
      signal,
    );
    const ended = await end(api, `${path}/${name}`, order.seconds, clock, signal);
    return await outcome(api, namespace, name, ended, order, signal);
  } finally {
    await remove(api, `${path}/${name}`, jobMark(order, namespace, name));
  }
}

const jobMark = ({ record }: JobOrder, namespace: string, name: string): string =>
  ownerMark(record.effective, 'batch/v1', 'Job', namespace, name);

/** Its labels are its own: the Service must not lead to it, nor may the Deployment take it for an instance. */
export function jobOf(order: JobOrder, namespace: string, name: string): KubeObject {
  const { record, environment, check } = order;
  const labels = {
    'app.kubernetes.io/name': `${record.service}-verify`,
    'app.kubernetes.io/part-of': record.effective.product,
    'app.kubernetes.io/managed-by': 'waybill',
    'waybill.dev/environment': environment.name,
    'waybill.dev/verifies': record.service,
    'waybill.dev/job': name,
  };
  const annotations = { 'waybill.dev/release': record.release, 'waybill.dev/check': check };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace, labels, annotations: { ...annotations, [ownerAnnotation]: jobMark(order, namespace, name) } },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: Math.ceil(order.seconds) + grace,
      ttlSecondsAfterFinished: keptFor,
      template: { metadata: { labels, annotations }, spec: jobPod(order) },
    },
  };
}

/** The service's own Pod without what serves requests; another image gets nothing of it but its limits and its safety. */
function jobPod({ environment, record, image, command, env }: JobOrder): Readonly<Record<string, unknown>> {
  const pod = podSpec(intentOf(environment, record), { minor: 30 });
  const [own] = pod.containers as readonly Readonly<Record<string, unknown>>[];
  const given = Object.entries(env).map(([name, value]) => ({ name, value: literalValue(value) }));
  const names = new Set(given.map(({ name }) => name));
  const inherited = ((own?.env ?? []) as readonly { readonly name: string }[]).filter(({ name }) => !names.has(name));
  const container = {
    name: 'check',
    image: image ? `${image.repository}@${image.digest}` : own?.image,
    imagePullPolicy: 'IfNotPresent',
    ...(command ? { command: command.map(literalValue) } : {}),
    env: [...(image ? [] : inherited), ...given],
    resources: own?.resources,
    securityContext: own?.securityContext,
    ...(image || !own?.volumeMounts ? {} : { volumeMounts: own.volumeMounts }),
  };
  return {
    restartPolicy: 'Never',
    serviceAccountName: pod.serviceAccountName,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 1,
    securityContext: image ? { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } } : pod.securityContext,
    containers: [container],
    ...(image || !pod.nodeSelector ? {} : { nodeSelector: pod.nodeSelector }),
    ...(image || !pod.volumes ? {} : { volumes: pod.volumes }),
  };
}

/** Whether it passed; `time` when its time was over: it is still there then, with its log. */
async function end(api: Api, path: string, seconds: number, clock: Clock, signal: AbortSignal): Promise<'passed' | 'failed' | 'time'> {
  const until = clock.now().getTime() + seconds * 1000;
  for (;;) {
    const { body } = await api.send<JobObject>({ path }, signal);
    const is = (type: string) => body.status?.conditions?.some((condition) => condition.type === type && condition.status === 'True');
    if (is('Complete')) return 'passed';
    if (is('Failed')) return 'failed';
    if (clock.now().getTime() >= until) return 'time';
    await clock.sleep(pause, signal);
  }
}

async function outcome(
  api: Api,
  namespace: string,
  name: string,
  ended: 'passed' | 'failed' | 'time',
  { seconds }: JobOrder,
  signal: AbortSignal,
): Promise<JobOutcome> {
  const { body } = await api.send<KubeList<KubeObject>>(
    { path: `/api/v1/namespaces/${namespace}/pods`, query: { labelSelector: `waybill.dev/job=${name}` } },
    signal,
  );
  const pod = body.items.flatMap((item) => podView(item) ?? []).at(-1);
  const log = pod ? await logOf(api, namespace, pod.name, signal) : [];
  const last = log.at(-1);
  const said = last === undefined ? '' : `: ${last.slice(0, 300)}`;
  if (ended === 'passed') return { passed: true, message: `Job ${name} ended with 0${said}`, log };
  const waits = pod && waitingReason(pod);
  const why = waits ? `: ${waits.reason}: ${waits.message}` : pod ? said : await lastEvent(api, namespace, name, signal);
  if (ended === 'time') return { passed: false, message: `Job ${name} did not end within ${Math.round(seconds)} s${why}`, log };
  const terminated = pod?.containers[0]?.state?.terminated;
  const code = terminated ? ` with ${terminated.exitCode}${terminated.reason === 'OOMKilled' ? ' (out of memory)' : ''}` : '';
  return { passed: false, message: `Job ${name} failed${code}${why}`, log };
}

/** Empty where the container never began. */
async function logOf(api: Api, namespace: string, pod: string, signal: AbortSignal): Promise<readonly string[]> {
  const query = { tailLines: tail.lines, limitBytes: tail.bytes };
  try {
    const pieces: Uint8Array[] = [];
    for await (const piece of await api.stream({ path: `/api/v1/namespaces/${namespace}/pods/${pod}/log`, query }, signal)) {
      pieces.push(piece);
    }
    return Buffer.concat(pieces).toString('utf8').trimEnd().split('\n').filter(Boolean);
  } catch {
    signal.throwIfAborted();
    return [];
  }
}

/** Why there is no Pod: quota, pod security, webhooks. */
async function lastEvent(api: Api, namespace: string, name: string, signal: AbortSignal): Promise<string> {
  const query = { fieldSelector: `involvedObject.name=${name},type=Warning`, limit: 50 };
  try {
    const { body } = await api.send<KubeList<EventObject>>({ path: `/api/v1/namespaces/${namespace}/events`, query }, signal);
    const message = body.items.at(-1)?.message;
    return message ? `: ${message}` : '';
  } catch {
    signal.throwIfAborted();
    return '';
  }
}

/** Takes the Job and its Pod away, if it is ours. It goes by itself where this does not come through, or nobody is there to do it. */
async function remove(api: Api, path: string, mark: string): Promise<void> {
  const signal = AbortSignal.timeout(15_000);
  try {
    const job = (await absent(api.send<JobObject>({ path }, signal)))?.body;
    if (!job) return;
    if (job.metadata.annotations?.[ownerAnnotation] !== mark) {
      throw fail('conflict', `Job ${job.metadata.name} is not the one that was made.`, 'It stays.');
    }
    const { uid } = job.metadata;
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background', preconditions: { uid } };
    await absent(api.send({ method: 'DELETE', path, body }, signal));
  } catch {
    // `ttlSecondsAfterFinished` takes it away.
  }
}
