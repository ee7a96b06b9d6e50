import { entriesAt, entryOf, itemsAt, numberAt, textAt, valueAt } from '../../yaml/tree.ts';
import type { Workload } from './kubernetesModel.ts';
import { noteRest } from './notes.ts';

/** The section `scale`, with the autoscaler of the workload. */
export function scaleSection({ object, companions, place }: Workload): Record<string, unknown> {
  const replicas = numberAt(object.node, 'spec', 'replicas');
  if (object.kind === 'DaemonSet')
    place.notes.lost(
      object.node,
      object.path,
      'An instance on every node is no field of a manifest.',
      'Say under `scale.replicas` how many there are, or keep the DaemonSet.',
    );
  const [scaler] = companions.scalers;
  if (!scaler) return replicas === undefined ? {} : { replicas };
  const spec = valueAt(scaler.node, 'spec');
  const max = numberAt(spec, 'maxReplicas');
  const min = numberAt(spec, 'minReplicas') ?? 1;
  const cpu = cpuOf(scaler.node);
  noteRest(
    entriesAt(spec),
    `${scaler.path}.spec`,
    {
      handled: ['scaleTargetRef', 'minReplicas', 'maxReplicas', 'metrics', 'targetCPUUtilizationPercentage'],
      lost: { behavior: { why: 'How fast instances come and go is the platform’s default.', advice: '' } },
      format: 'Kubernetes',
    },
    place.notes,
  );
  for (const [i, metric] of itemsAt(spec, 'metrics').entries())
    if (textAt(metric, 'resource', 'name') !== 'cpu')
      place.notes.lost(
        metric,
        `${scaler.path}.spec.metrics[${i}]`,
        'Instances are counted by their CPU alone.',
        'Set `scale.auto.cpu`, or keep the autoscaler.',
      );
  if (max === undefined) return replicas === undefined ? {} : { replicas };
  if (replicas !== undefined && (replicas < min || replicas > max))
    place.notes.lost(
      entryOf(valueAt(object.node, 'spec'), 'replicas'),
      'spec.replicas',
      `The autoscaler keeps ${min} to ${max} instances.`,
      '',
    );
  return { auto: { min: Math.min(min, max), max, ...(cpu ? { cpu } : {}) } };
}

function cpuOf(scaler: Workload['object']['node']): number | undefined {
  const metric = itemsAt(scaler, 'spec', 'metrics').find((candidate) => textAt(candidate, 'resource', 'name') === 'cpu');
  return (
    numberAt(metric, 'resource', 'target', 'averageUtilization') ??
    numberAt(metric, 'resource', 'targetAverageUtilization') ??
    numberAt(scaler, 'spec', 'targetCPUUtilizationPercentage')
  );
}

/** The section `rollout`. */
export function rolloutSection(workload: Workload): Record<string, unknown> {
  const { object, companions, place } = workload;
  const spec = valueAt(object.node, 'spec');
  const strategy = valueAt(spec, object.kind === 'Deployment' ? 'strategy' : 'updateStrategy');
  const rolling = valueAt(strategy, 'rollingUpdate');
  const replicas = numberAt(spec, 'replicas') ?? 1;
  const ready = numberAt(spec, 'minReadySeconds');
  const deadline = numberAt(spec, 'progressDeadlineSeconds');
  const count = (key: string, up: boolean) => {
    const entry = entryOf(rolling, key);
    const written = textAt(entry?.value);
    const percent = /^(\d+)%$/.exec(written ?? '')?.[1];
    if (!entry || percent === undefined) return /^\d+$/.test(written ?? '') ? Number(written) : undefined;
    const exact = (Number(percent) * replicas) / 100;
    const whole = up ? Math.ceil(exact) : Math.floor(exact);
    place.notes.changed(
      entry,
      `spec.strategy.rollingUpdate.${key}`,
      `\`${written}\` of ${replicas} is ${whole}: manifests count instances.`,
      'Look whether it fits the environments with more of them.',
    );
    return whole;
  };
  const surge = count('maxSurge', true);
  const unavailable = count('maxUnavailable', false);
  for (const { node, path } of companions.budgets)
    place.notes.lost(
      node,
      path,
      'How many instances may be away when nodes are emptied is the environment’s business.',
      'For rollouts, set `rollout.maxUnavailable`.',
    );
  if (entryOf(rolling, 'partition'))
    place.notes.lost(
      entryOf(rolling, 'partition'),
      'spec.updateStrategy.rollingUpdate.partition',
      'A part of the instances is updated by a canary.',
      'See `canary`.',
    );
  const kind = textAt(strategy, 'type');
  if (kind === 'OnDelete')
    place.notes.lost(entryOf(strategy, 'type'), 'spec.updateStrategy.type', 'New releases are rolled out, not awaited.', '');
  return {
    ...(kind === 'Recreate' ? { strategy: 'recreate' } : {}),
    // None more and none fewer would never end.
    ...(surge === undefined || (surge === 0 && unavailable === 0) ? {} : { maxSurge: surge }),
    ...(unavailable === undefined ? {} : { maxUnavailable: unavailable }),
    ...(ready ? { minReady: `${ready}s` } : {}),
    ...(deadline ? { progressDeadline: `${deadline}s` } : {}),
  };
}
