/**
 * `scale.schedule` by CronJobs: at the beginning of each time one sets the minimum, at its end another sets it back. They run `kubectl` of
 * the image that the environment names, under an account that may do that one thing to that one service. Pure.
 */
import { CronExpressionParser } from 'cron-parser';
import type { EffectiveService, ScaleSchedule } from '../../../server/src/protocol.ts';
import type { DeployIntent } from '../ports.ts';
import { kubernetesTarget } from './identity.ts';
import { scheduleManager } from './names.ts';

type Json = Readonly<Record<string, unknown>>;

/** One object of a schedule, before it has its labels and marks. */
export interface ScheduleObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly members: Json;
}

/** Kinds that a service has only for its schedule. */
export const scheduleKinds = [
  { apiVersion: 'batch/v1', kind: 'CronJob' },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding' },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role' },
  { apiVersion: 'v1', kind: 'ServiceAccount' },
] as const;

/** Account, role and binding have this name. */
export const scheduleName = (service: string): string => `${service}-schedule`;

/** Is the schedule carried out? It needs an image with `kubectl`, which the environment names. */
export const isScheduled = ({ service, environment }: DeployIntent): boolean =>
  (service.schedule?.length ?? 0) > 0 && kubernetesTarget(environment).kubectlImage !== undefined;

/** In the order of application; empty where no schedule is carried out. */
export function scheduleObjects(intent: DeployIntent, namespace: string): readonly ScheduleObject[] {
  if (!isScheduled(intent)) return [];
  const { service } = intent;
  const name = scheduleName(service.name);
  const rbac = 'rbac.authorization.k8s.io';
  const rule = service.auto
    ? { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'] }
    : { apiGroups: ['apps'], resources: ['deployments', 'deployments/scale'] };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', name, members: { automountServiceAccountToken: false } },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'Role',
      name,
      members: { rules: [{ ...rule, resourceNames: [service.name], verbs: ['get', 'patch'] }] },
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      name,
      members: {
        roleRef: { apiGroup: rbac, kind: 'Role', name },
        subjects: [{ kind: 'ServiceAccount', name, namespace }],
      },
    },
    ...(service.schedule ?? []).flatMap((entry, index) => cronJobs(intent, entry, index, namespace)),
  ];
}

function cronJobs(intent: DeployIntent, entry: ScaleSchedule, index: number, namespace: string): readonly ScheduleObject[] {
  const { service } = intent;
  const at = (number: number, cron: string, amount: number): ScheduleObject => ({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    // A CronJob has 52 characters, of which a service takes 46.
    name: `${service.name}-at-${number}`,
    members: { spec: cronJobSpec(intent, cron, entry.timezone, amount, namespace) },
  });
  return [at(2 * index, entry.cron, entry.min), ...(entry.until ? [at(2 * index + 1, entry.until, usual(service))] : [])];
}

const usual = (service: EffectiveService): number => service.auto?.min ?? service.replicas;

function cronJobSpec(intent: DeployIntent, schedule: string, timeZone: string, amount: number, namespace: string): Json {
  const { service, environment } = intent;
  const image = kubernetesTarget(environment).kubectlImage;
  const labels = { 'app.kubernetes.io/name': scheduleName(service.name), 'app.kubernetes.io/part-of': service.product };
  return {
    schedule,
    timeZone,
    concurrencyPolicy: 'Replace',
    // What was missed for an hour is not made good: another time may have begun.
    startingDeadlineSeconds: 3600,
    successfulJobsHistoryLimit: 1,
    failedJobsHistoryLimit: 3,
    jobTemplate: {
      metadata: { labels },
      spec: {
        backoffLimit: 6,
        activeDeadlineSeconds: 600,
        ttlSecondsAfterFinished: 86_400,
        template: {
          metadata: { labels },
          spec: {
            restartPolicy: 'Never',
            serviceAccountName: scheduleName(service.name),
            automountServiceAccountToken: true,
            enableServiceLinks: false,
            securityContext: { runAsNonRoot: true, runAsUser: 65_532, seccompProfile: { type: 'RuntimeDefault' } },
            containers: [
              {
                name: 'scale',
                image: `${image?.repository}@${image?.digest}`,
                imagePullPolicy: 'IfNotPresent',
                command: scaleCommand(service, amount, namespace),
                resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '128Mi' } },
                securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
              },
            ],
          },
        },
      },
    },
  };
}

function scaleCommand({ name, auto }: EffectiveService, amount: number, namespace: string): readonly string[] {
  const [object, spec] = auto ? [`horizontalpodautoscaler/${name}`, { minReplicas: amount }] : [`deployment/${name}`, { replicas: amount }];
  const patch = ['--type=merge', `--patch=${JSON.stringify({ spec })}`, `--field-manager=${scheduleManager}`];
  return ['kubectl', 'patch', object, `--namespace=${namespace}`, ...(auto ? [] : ['--subresource=scale']), ...patch];
}

/**
 * The minimum that the schedule has set by now: a deployment at noon must not undo what was set in the morning. Undefined where no time
 * of it has begun.
 */
export function scheduledNow(intent: DeployIntent, now: Date): number | undefined {
  if (!isScheduled(intent)) return undefined;
  const set = (intent.service.schedule ?? []).flatMap(({ cron, until, timezone, min }) => [
    { at: lastTime(cron, timezone, now), amount: min },
    ...(until ? [{ at: lastTime(until, timezone, now), amount: usual(intent.service) }] : []),
  ]);
  const latest = set.reduce<(typeof set)[number] | undefined>((best, one) => ((one.at ?? 0) > (best?.at ?? 0) ? one : best), undefined);
  return latest?.amount;
}

/** Milliseconds; undefined for what is no schedule. */
function lastTime(cron: string, tz: string, now: Date): number | undefined {
  try {
    return CronExpressionParser.parse(cron, { currentDate: now, tz }).prev().getTime();
  } catch {
    return undefined;
  }
}
