/** A small world in memory for use-cases: only decisions are tested with it; the parts themselves are tested on real ones. */
import { builderQueue } from '../../client/src/delivery/builderQueue.ts';
import { releaseAlias, releaseId, releaseIdentity } from '../../client/src/delivery/identity.ts';
import { fail } from '../../client/src/errors.ts';
import type {
  BuiltImage,
  DeploymentRecord,
  DeployResult,
  Engine,
  EnvironmentState,
  LogLine,
  Plan,
  Platform,
  Ports,
  ReleaseRecord,
} from '../../client/src/ports.ts';
import type {
  BuilderMember,
  BuildSpec,
  EffectiveAnswer,
  EffectiveService,
  EnvironmentSummary,
  Location,
  ServiceSummary,
  WorkspaceModel,
} from '../../server/src/protocol.ts';

export const digest = (character: string) => `sha256:${character.repeat(64)}`;
export const repository = 'registry.example.com/zero-dsp/order-api';

/** A genuine release record: id, alias and hashes follow from its content. */
export function releaseRecord(more: {
  digest?: string;
  manifest?: Readonly<Record<string, unknown>>;
  started?: string;
  tag?: string;
}): ReleaseRecord {
  const manifest = more.manifest ?? { metadata: { name: 'order-api' } };
  const identity = releaseIdentity('zero-dsp/order-api', { repository, digest: more.digest ?? digest('a') }, manifest);
  const id = releaseId(identity);
  return {
    apiVersion: 'waybill.dev/v1',
    kind: 'Release',
    id,
    alias: releaseAlias(id),
    identity,
    manifest,
    tags: [more.tag ?? 'main-5d41402a-20261123081522'],
    source: { revision: '5d41402abc4b2a76b9719d911017c592ab38b0ff', branch: 'main', dirty: false },
    build: {
      id: 'b-20261123-081522-1a2b',
      builder: 'shared/build-1',
      engine: 'buildkit',
      started: more.started ?? '2026-11-23T08:15:22.000Z',
      duration: '41s',
      cached: 9,
      pushed: '12.4MB',
    },
    deployments: [],
  };
}

const nowhere: Location = { uri: 'file:///w/waybill.yaml', range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } } };

export function member(name: string, more: Partial<BuilderMember> = {}): BuilderMember {
  return { name, host: `unix:///${name}`, labels: {}, capacity: 1, weight: 1, draining: false, optional: false, ...more };
}

export function environment(name: string, from: readonly string[], more: Partial<EnvironmentSummary> = {}): EnvironmentSummary {
  return {
    name,
    product: 'zero-dsp',
    location: nowhere,
    target: { kind: 'compose', project: name, hosts: [], placement: 'spread' },
    folder: '/w',
    promote: { from, requires: [] },
    protected: { on: false, confirm: 'none', gates: [], forbid: [] },
    keepRecords: 20,
    problems: [],
    ...more,
  };
}

export const service: ServiceSummary = {
  id: 'zero-dsp/order-api',
  name: 'order-api',
  product: 'zero-dsp',
  location: nowhere,
  folder: '/w/order-api',
  dockerfileUri: 'file:///w/order-api/Dockerfile',
  dependsOn: [],
  environments: ['dev', 'staging', 'production'],
  problems: [],
};

export const spec: BuildSpec = {
  service: 'order-api',
  product: 'zero-dsp',
  context: '/w/order-api',
  dockerfile: '/w/order-api/Dockerfile',
  args: {},
  secrets: [],
  platforms: ['linux/amd64'],
  repository,
  tagTemplate: '{branch}-{sha:8}-{timestamp}',
  labels: {},
  pool: 'shared',
  selector: {},
  timeout: 600,
  base: {
    line: 'java-tomcat-9',
    image: { repository: 'registry.example.com/base/java-tomcat', digest: digest('b') },
    os: { name: 'rocky-9', versions: [{ repository: 'registry.example.com/os/rocky', digest: digest('c') }] },
  },
  errors: [],
  findings: { error: 0, warning: 1, waived: 0 },
  immutableTags: ['*'],
};

const manifest = { metadata: { name: 'order-api' } };
// Use-cases hand the effective configuration through; none of them looks inside.
export const effective = { name: 'order-api', product: 'zero-dsp', replicas: 1 } as unknown as EffectiveService;

export function deployment(release: ReleaseRecord, sequence: number, more: Partial<DeploymentRecord> = {}): DeploymentRecord {
  return {
    sequence,
    environment: 'dev',
    service: 'order-api',
    release: release.id,
    alias: release.alias,
    image: release.identity.image,
    tag: release.tags[0] ?? '',
    at: `2026-11-23T08:${String(sequence).padStart(2, '0')}:00Z`,
    by: 'jane@example.com',
    rollback: false,
    result: 'Succeeded',
    message: '',
    configHash: 'sha256:1',
    planHash: 'sha256:2',
    effective,
    ...more,
  };
}

/** What a test may change of the world, and what it may look at afterwards. */
export interface World {
  readonly ports: Ports;
  readonly builds: Record<string, unknown>[];
  readonly saved: Map<string, ReleaseRecord>;
  readonly applied: Plan[];
  readonly opened: string[];
  /** Compile steps: where and what. */
  readonly compiled: string[];
  /** By environment, newest first. */
  readonly histories: Map<string, DeploymentRecord[]>;
  /** Tags and digests that the registry knows. */
  readonly registry: Map<string, string>;
}

export interface WorldOptions {
  readonly environments?: readonly EnvironmentSummary[];
  readonly members?: readonly BuilderMember[];
  readonly spec?: Partial<BuildSpec>;
  readonly effective?: Partial<EffectiveAnswer>;
  readonly plan?: Partial<Plan>;
  readonly result?: DeployResult | Error;
  /** Members that cannot be reached. */
  readonly down?: readonly string[];
  readonly build?: (member: string) => Partial<BuiltImage> | Error;
  readonly pushed?: string;
  readonly logs?: readonly LogLine[][];
}

export function world(options: WorldOptions = {}): World {
  const environments = options.environments ?? [
    environment('dev', []),
    environment('staging', ['dev']),
    environment('production', ['staging']),
  ];
  const model: WorkspaceModel = {
    services: [service],
    environments,
    pools: [
      {
        name: 'shared',
        policy: 'affinity',
        maxQueue: 50,
        patience: 30,
        members: options.members ?? [member('build-1'), member('build-2')],
      },
    ],
    registries: [],
    problems: [],
  };
  const state: Omit<World, 'ports'> = {
    builds: [],
    saved: new Map(),
    applied: [],
    opened: [],
    compiled: [],
    histories: new Map(),
    registry: new Map(),
  };
  const clock = { now: () => new Date('2026-11-23T08:15:22Z'), sleep: async () => undefined };
  const ports: Ports = {
    documents: {
      model: async () => model,
      effective: async () => ({ service: effective, text: '', problems: [], manifest, ...options.effective }),
      buildSpec: async () => ({ spec: { ...spec, ...options.spec }, problems: [] }),
      baseImage: async () => ({ spec: { ...spec, ...options.spec }, problems: [] }),
      changeCatalogue: async () => ({ problem: 'not used' }),
      lock: async () => ({ folders: [] }),
      parity: async () => ({ services: [], text: '', origins: [] }),
    },
    engines: { open: (builder) => engine(builder, options, state), diagnose: async () => true },
    builders: builderQueue(clock),
    registry: {
      describe: async () => undefined,
      putIndex: async (name, tag) => {
        state.registry.set(`${name}:${tag}`, digest('e'));
        return digest('e');
      },
      planRebase: () => Promise.reject(new Error('not used')),
      rebase: () => Promise.reject(new Error('not used')),
      resolve: async (name, reference) =>
        state.registry.get(reference.startsWith('sha256:') ? `${name}@${reference}` : `${name}:${reference}`),
    },
    platforms: { of: () => platform(options, state) },
    records: records(state),
    secrets: { read: async () => new Uint8Array() },
    source: {
      changed: async () => true,
      state: async () => ({ revision: '5d41402abc4b2a76b9719d911017c592ab38b0ff', branch: 'feature/x', dirty: false }),
    },
    identity: { name: async () => 'jane@example.com' },
    clock,
    compiler: { compile: async (artifact) => void state.compiled.push(`here: ${artifact.command.join(' ')}`) },
    pinned: { fetch: async (_remote, { ref }) => ({ ref, files: [] }), write: async () => undefined },
  };
  return { ports, ...state };
}

function engine(builder: BuilderMember, options: WorldOptions, state: Omit<World, 'ports'>): Engine {
  state.opened.push(builder.name);
  return {
    name: builder.name,
    version: async () => {
      if (options.down?.includes(builder.name)) throw fail('unreachable', `${builder.name} refused the connection`, 'Start it.');
      return { version: '29.0.0', apiVersion: '1.52', os: 'linux', arch: builder.labels.arch ?? 'amd64', buildkit: true };
    },
    activeBuilds: async () => undefined,
    compile: async (artifact) => void state.compiled.push(`${builder.name}: ${artifact.command.join(' ')}`),
    build: async (_order, report) => {
      const answer = options.build?.(builder.name) ?? {};
      if (answer instanceof Error && answer.message.includes('before')) throw answer;
      report({ type: 'step', id: '1', name: 'FROM base', state: 'done' });
      if (answer instanceof Error) throw answer;
      const layers = ['os', 'base', 'app'];
      const config = { user: 'app', labels: {}, env: [] };
      return {
        id: digest('d'),
        member: builder.name,
        engine: 'buildkit',
        seconds: 41,
        steps: { cached: 9, ran: 2 },
        layers,
        size: 1,
        history: [],
        config,
        ...answer,
      };
    },
    push: async (name, tag) => {
      state.registry.set(`${name}:${tag}`, digest('a'));
      state.registry.set(`${name}@${digest('a')}`, digest('a'));
      return { digest: options.pushed ?? digest('a'), pushed: 1, mounted: 2, existing: 0, bytes: 12_400_000 };
    },
    layersOf: async (image) => (image.digest === digest('c') ? ['os'] : ['os', 'base']),
    usage: async () => ({ images: 0, cache: 0, reclaimable: 0 }),
    cleanCache: async () => 0,
    close: () => undefined,
  };
}

function platform(options: WorldOptions, state: Omit<World, 'ports'>): Platform {
  return {
    kind: 'compose',
    identify: async () => ['host it-1'],
    plan: async (intent) => ({
      environment: intent.environment.name,
      service: intent.service.name,
      release: intent.release,
      image: intent.image,
      identity: ['host it-1'],
      changes: [],
      warnings: [],
      refusals: [],
      hash: 'sha256:2',
      token: intent,
      ...options.plan,
    }),
    apply: async (plan) => {
      state.applied.push(plan);
      if (options.result instanceof Error) throw options.result;
      return options.result ?? { outcome: 'Succeeded', message: 'healthy' };
    },
    observe: async function* (): AsyncIterable<EnvironmentState> {
      yield { environment: 'dev', services: [] };
    },
    logs: async function* () {
      yield* options.logs ?? [];
    },
    history: async (where) => {
      const history = state.histories.get(where.name);
      if (!history) throw fail('unreachable', `${where.name} cannot be reached`, 'Start it.');
      return history;
    },
    close: () => undefined,
  };
}

function records(state: Omit<World, 'ports'>): Ports['records'] {
  return {
    saveRelease: async (_folder, release) => {
      if (!state.saved.has(release.id)) state.saved.set(release.id, release);
    },
    noteDeployment: async (_folder, _service, id, deployment) => {
      const release = state.saved.get(id);
      if (release) state.saved.set(id, { ...release, deployments: [...release.deployments, deployment] });
    },
    noteEvidence: async (_folder, _service, id, proof) => {
      const release = state.saved.get(id);
      if (release) state.saved.set(id, { ...release, evidence: [...(release.evidence ?? []), proof] });
    },
    releases: async () => ({ releases: [...state.saved.values()], unreadable: [] }),
    builds: async () => [],
    appendBuild: async (_folder, entry) => {
      state.builds.push({ ...entry });
    },
    building: { begin: async () => undefined, abandoned: async () => [], settle: async () => false },
  };
}
