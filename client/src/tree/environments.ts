import type { EnvironmentSummary, WorkspaceModel } from '../../../server/src/protocol.ts';
import type { InstanceState, ServiceState } from '../ports.ts';
import { type EnvironmentWatch, environmentKey } from '../state/environmentWatches.ts';
import type { Failure } from '../state/failure.ts';
import type { Operation } from '../state/operations.ts';
import type { Tone, TreeNode } from './node.ts';
import { errorRow, loadingRow, quietRow } from './rows.ts';
import { dotted, healthLook, lasting, shortDigest, shortTag } from './words.ts';

export interface EnvironmentsInput {
  readonly model: WorkspaceModel;
  readonly environments: ReadonlyMap<string, EnvironmentWatch>;
  readonly operations: readonly Operation[];
  readonly trusted: boolean;
  readonly now: Date;
}

/** The view Environments: environment → service → instances. */
export function environmentsTree(input: EnvironmentsInput): readonly TreeNode[] {
  return input.model.environments.map((environment) => environmentNode(environment, input));
}

/** How many services are not well in the environments that are watched: the badge of the view. */
export function unhealthyCount(environments: ReadonlyMap<string, EnvironmentWatch>): number {
  return [...environments.values()]
    .flatMap((watch) => (watch.state === 'live' ? watch.value.services : []))
    .filter((service) => service.health === 'Degraded').length;
}

function environmentNode(environment: EnvironmentSummary, input: EnvironmentsInput): TreeNode {
  const key = environmentKey(environment);
  const watch = input.environments.get(key);
  const failed = watch?.state === 'failed';
  const isProtected = environment.protected.on;
  return {
    id: `environment:${key}`,
    label: environment.name,
    description: dotted(isProtected && 'protected', failed && failureWord(watch.failure), targetLine(environment)),
    icon: isProtected ? 'lock' : 'server-environment',
    ...(failed && watch.failure.kind !== 'configuration' ? { tone: 'attention' as Tone } : {}),
    tooltip: () => environmentTooltip(environment),
    context: ['environment', environment.target.kind, ...(isProtected ? ['protected'] : [])],
    subject: { environment: key },
    expanded: true,
    children: environmentRows(environment, key, watch, input),
  };
}

function environmentRows(
  environment: EnvironmentSummary,
  key: string,
  watch: EnvironmentWatch | undefined,
  input: EnvironmentsInput,
): readonly TreeNode[] {
  const id = `environment:${key}`;
  const problems = environment.problems.map((problem, index) => ({
    ...quietRow(`${id}:problem:${index}`, problem.message),
    icon: 'warning',
    tone: 'attention' as Tone,
  }));
  if (!input.trusted) return [...problems, quietRow(`${id}:restricted`, 'not connected')];
  if (!watch || watch.state === 'connecting') return [...problems, loadingRow(`${id}:connecting`, 'connecting…')];
  if (watch.state === 'failed') return [...problems, errorRow(`${id}:failure`, watch.failure, { environment: key })];
  const services = watch.value.services.map((service) => serviceNode(environment, key, service, input));
  return [...problems, ...(services.length > 0 ? services : [quietRow(`${id}:none`, 'nothing deployed yet')])];
}

/** One word for why an environment shows no services; the row below it has the sentence. */
function failureWord(failure: Failure): string {
  const words: Partial<Record<Failure['kind'], string>> = {
    configuration: 'not started',
    'wrong-target': 'another target',
    unauthorized: 'not allowed',
    untrusted: 'not trusted',
  };
  return words[failure.kind] ?? 'not reachable';
}

function targetLine(environment: EnvironmentSummary): string {
  const { target } = environment;
  if ('namespace' in target) return `kubernetes · ${target.namespace}`;
  if ('hosts' in target) return `compose · ${target.hosts.map((host) => host.name).join(', ')}`;
  return target.kind;
}

function environmentTooltip(environment: EnvironmentSummary): string {
  const from = environment.promote.from.length > 0 ? `takes releases from ${environment.promote.from.join(', ')}` : 'takes builds directly';
  return [environment.purpose ?? environment.name, targetLine(environment), from].join('\n');
}

function serviceNode(environment: EnvironmentSummary, key: string, state: ServiceState, input: EnvironmentsInput): TreeNode {
  const name = state.service.slice(state.service.lastIndexOf('/') + 1);
  const look = healthLook(state.health);
  const running = input.operations.find((operation) => operation.service === name && operation.environment === environment.name);
  const id = `environment:${key}:service:${name}`;
  const bad = state.health === 'Degraded';
  return {
    id,
    label: name,
    description: running
      ? `${running.verb.toLowerCase()}: ${running.message}`
      : dotted(
          `${state.ready}/${state.wanted}`,
          bad ? state.message : state.tag && shortTag(state.tag),
          state.digest && shortDigest(state.digest),
        ),
    icon: running ? 'sync~spin' : look.icon,
    tone: running ? 'busy' : look.tone,
    tooltip: () =>
      [`${state.health}${state.message ? `: ${state.message}` : ''}`, state.tag ?? '', state.release ?? '', state.digest ?? '']
        .filter((line) => line !== '')
        .join('\n'),
    context: ['workload', state.health.toLowerCase(), ...(environment.protected.on ? ['protected'] : []), ...(running ? ['busy'] : [])],
    subject: {
      service: `${environment.product}/${name}`,
      environment: key,
      ...(state.digest ? { digest: state.digest } : {}),
      ...(state.tag ? { tag: state.tag } : {}),
    },
    children: state.instances.map((instance) => instanceNode(id, key, `${environment.product}/${name}`, instance, input.now)),
    ...(bad ? { open: 'waybill.diagnosis.show' } : {}),
  };
}

function instanceNode(parent: string, environment: string, service: string, instance: InstanceState, now: Date): TreeNode {
  const restarts = instance.restarts > 0 ? `restarted ${instance.restarts} ×` : undefined;
  return {
    id: `${parent}:instance:${instance.id}`,
    label: instance.name,
    description: dotted(instance.reason ?? instance.phase.toLowerCase(), lasting(instance.since, now), restarts, instance.where),
    icon: instance.ready ? 'vm-running' : 'vm-outline',
    tone: instance.ready ? 'good' : instance.reason ? 'bad' : 'busy',
    tooltip: () => dotted(instance.id, instance.digest),
    context: ['instance', instance.ready ? 'ready' : 'waiting'],
    subject: { service, environment, instance: instance.id, ...(instance.digest ? { digest: instance.digest } : {}) },
    children: [],
  };
}
