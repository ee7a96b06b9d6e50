import type { EnvironmentSummary, WorkspaceModel } from '../../../server/src/protocol.ts';
import type { Denials, InstanceState, ServiceState } from '../ports.ts';
import { type EnvironmentWatch, environmentKey } from '../state/environmentWatches.ts';
import type { OpenForward } from '../state/forwards.ts';
import type { Operation } from '../state/operations.ts';
import { lazyChildren, type Tone, type TreeNode } from './node.ts';
import { errorRow, failureWord, loadingRow, quietRow } from './rows.ts';
import { counted, dotted, healthLook, lasting, shortDigest, shortTag } from './words.ts';

export interface EnvironmentsInput {
  readonly model: WorkspaceModel;
  readonly environments: ReadonlyMap<string, EnvironmentWatch>;
  readonly operations: readonly Operation[];
  readonly trusted: boolean;
  readonly now: Date;
  /** Local ports that are open; they stand below their services. */
  readonly forwards?: readonly OpenForward[];
  /** Rows of services that need not be made again. */
  readonly drawn?: DrawnServices;
}

/** Remembers the rows of services and instances, so that of thousands only those are drawn again that changed. */
export interface DrawnServices {
  /** The row made earlier of the same `state`, if `look`, all else that it shows, is the same. */
  row(state: ServiceState | InstanceState, look: string, draw: () => TreeNode): TreeNode;
}

/** Forgets a row with the state that it was made of. */
export function drawnServices(): DrawnServices {
  const rows = new WeakMap<ServiceState | InstanceState, { readonly look: string; readonly node: TreeNode }>();
  return {
    row(state, look, draw) {
      const known = rows.get(state);
      if (known?.look === look) return known.node;
      const node = draw();
      rows.set(state, { look, node });
      return node;
    },
  };
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
    description: dotted(isProtected && 'protected', failed && failureWord(watch.failure), targetLine(environment), countLine(watch)),
    icon: isProtected ? 'lock' : 'server-environment',
    ...(failed && watch.failure.kind !== 'configuration' ? { tone: 'attention' as Tone } : {}),
    tooltip: () => environmentTooltip(environment, watch?.state === 'live' ? watch.denials : undefined),
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
  const may = flagsOf(environment, watch.denials);
  const services = watch.value.services.map((service) => serviceRow(environment, key, service, may, input));
  return [...problems, ...(services.length > 0 ? services : [quietRow(`${id}:none`, 'nothing deployed yet')])];
}

function targetLine(environment: EnvironmentSummary): string {
  const { target } = environment;
  if ('namespace' in target) return `kubernetes · ${target.namespace}`;
  if ('hosts' in target) return `compose · ${target.hosts.map((host) => host.name).join(', ')}`;
  return target.kind;
}

/** `12 services · 2 not healthy`; nothing for a few that are well. */
function countLine(watch: EnvironmentWatch | undefined): string | undefined {
  if (watch?.state !== 'live') return undefined;
  const { services } = watch.value;
  const bad = services.filter(({ health }) => health === 'Degraded').length;
  return dotted(services.length > 5 && counted(services.length, 'service'), bad > 0 && `${bad} not healthy`) || undefined;
}

/** Flags for what may not be done: forbidden to everybody, or not allowed to this user. */
function flagsOf(environment: EnvironmentSummary, denials: Denials | undefined): readonly string[] {
  const verbs = new Set([...environment.protected.forbid, ...Object.keys(denials ?? {})]);
  return [environment.target.kind, ...[...verbs].map((verb) => `no-${verb}`)];
}

function environmentTooltip(environment: EnvironmentSummary, denials: Denials = {}): string {
  const from = environment.promote.from.length > 0 ? `takes releases from ${environment.promote.from.join(', ')}` : 'takes builds directly';
  const forbidden = environment.protected.forbid.map((verb) => `Nobody may ${verb}: the environment forbids it.`);
  return [environment.purpose ?? environment.name, targetLine(environment), from, ...forbidden, ...Object.values(denials)].join('\n');
}

/** `cannot be started` of `cannot be started: exec: …`: the rest is in the tooltip and the diagnosis. */
const shortReason = (reason: string): string => (reason.length > 48 ? (/^[\w ]{3,48}(?=:)/.exec(reason)?.[0] ?? reason) : reason);

const shortName = (service: string): string => service.slice(service.lastIndexOf('/') + 1);

function serviceRow(
  environment: EnvironmentSummary,
  key: string,
  state: ServiceState,
  may: readonly string[],
  input: EnvironmentsInput,
): TreeNode {
  const name = shortName(state.service);
  const running = input.operations.find((operation) => operation.service === name && operation.environment === environment.name);
  const id = `${environment.product}/${name}`;
  const forwards = (input.forwards ?? []).filter((forward) => forward.service === id && forward.environment === key);
  // Ages move on by the minute.
  const minute = Math.floor(input.now.getTime() / 60_000);
  const look = JSON.stringify([minute, may, state.digest]);
  const instance = (one: InstanceState): TreeNode => {
    const draw = (): TreeNode => instanceNode(`environment:${key}:service:${name}`, key, id, one, state.digest, may, input.now);
    return input.drawn ? input.drawn.row(one, look, draw) : draw();
  };
  const draw = (): TreeNode => serviceNode(environment, key, state, may, forwards, running, instance);
  return input.drawn ? input.drawn.row(state, JSON.stringify([minute, running, forwards, may]), draw) : draw();
}

function serviceNode(
  environment: EnvironmentSummary,
  key: string,
  state: ServiceState,
  may: readonly string[],
  forwards: readonly OpenForward[],
  running: Operation | undefined,
  instance: (state: InstanceState) => TreeNode,
): TreeNode {
  const name = shortName(state.service);
  const look = healthLook(state.health);
  const id = `environment:${key}:service:${name}`;
  const bad = state.health === 'Degraded';
  // A service may have thousands of instances: their rows are made when somebody looks.
  const below = lazyChildren([...forwards, ...state.instances].map((one) => one.id).join(' '), () => [
    ...forwards.map((forward) => forwardNode(id, forward)),
    ...state.instances.map(instance),
  ]);
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
      [
        `${state.health}${state.message ? `: ${state.message}` : ''}`,
        state.detail ?? '',
        state.tag ?? '',
        state.release ?? '',
        state.digest ?? '',
      ]
        .filter((line) => line !== '')
        .join('\n'),
    context: [
      'workload',
      state.health.toLowerCase(),
      ...may,
      ...(environment.protected.on ? ['protected'] : []),
      ...(running ? ['busy'] : []),
    ],
    subject: {
      service: `${environment.product}/${name}`,
      environment: key,
      ...(state.digest ? { digest: state.digest } : {}),
      ...(state.tag ? { tag: state.tag } : {}),
    },
    get children() {
      return below.get();
    },
    late: below.late,
    ...(bad ? { open: 'waybill.diagnosis.show' } : {}),
  };
}

function forwardNode(parent: string, forward: OpenForward): TreeNode {
  const { state, localPort, remotePort } = forward;
  const waiting = state.phase === 'waiting';
  return {
    id: `${parent}:forward:${forward.id}`,
    label: `localhost:${localPort} → ${remotePort}`,
    description: dotted(
      waiting ? 'waits for an instance' : state.instance,
      state.connections > 0 && counted(state.connections, 'connection'),
      state.message,
    ),
    icon: waiting ? 'sync~spin' : 'plug',
    tone: waiting ? 'busy' : 'good',
    context: ['forward'],
    subject: { service: forward.service, environment: forward.environment, forward: forward.id },
    children: [],
  };
}

function instanceNode(
  parent: string,
  environment: string,
  service: string,
  instance: InstanceState,
  wanted: string | undefined,
  may: readonly string[],
  now: Date,
): TreeNode {
  const other = instance.digest !== undefined && wanted !== undefined && instance.digest !== wanted;
  const restarts = instance.restarts > 0 ? `restarted ${instance.restarts} ×` : undefined;
  return {
    id: `${parent}:instance:${instance.id}`,
    label: instance.name,
    description: dotted(
      instance.reason === undefined ? instance.phase.toLowerCase() : shortReason(instance.reason),
      lasting(instance.since, now),
      restarts,
      instance.where,
      other && `other digest ${shortDigest(instance.digest ?? '')}`,
    ),
    icon: instance.ready ? 'vm-running' : 'vm-outline',
    tone: instance.ready ? 'good' : instance.reason ? 'bad' : 'busy',
    tooltip: () =>
      [
        `${instance.phase}${instance.reason ? `: ${instance.reason}` : ''}`,
        ...(instance.detail ? [instance.detail] : []),
        ...(instance.digest ? [`${instance.digest}${other ? ', not the digest of the release' : ', the digest of the release'}`] : []),
        instance.id,
      ].join('\n'),
    context: ['instance', instance.ready ? 'ready' : 'waiting', ...may],
    subject: { service, environment, instance: instance.id, ...(instance.digest ? { digest: instance.digest } : {}) },
    children: [],
    ...(may.includes('kubernetes') ? { open: 'waybill.details.show' } : {}),
  };
}
