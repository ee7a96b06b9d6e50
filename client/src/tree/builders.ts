import type { BuilderMember, BuilderPool, WorkspaceModel } from '../../../server/src/protocol.ts';
import type { BuilderLoad, EngineUsage, SeatedBuild } from '../ports.ts';
import { type BuilderCheck, builderKey } from '../state/builderChecks.ts';
import type { TreeNode } from './node.ts';
import { dotted, lasting, megabytes } from './words.ts';

export interface BuildersInput {
  readonly model: WorkspaceModel;
  readonly checks: ReadonlyMap<string, BuilderCheck>;
  readonly loads: ReadonlyMap<string, BuilderLoad>;
  readonly builds: readonly SeatedBuild[];
  readonly trusted: boolean;
  readonly now: Date;
  /** What is kept on a member (`pool/member`). */
  usage(key: string): Promise<EngineUsage>;
}

/** The view Builders: pool → member → builds that run there or wait for it. */
export function buildersTree(input: BuildersInput): readonly TreeNode[] {
  return input.model.pools.map((pool) => poolNode(pool, input));
}

function poolNode(pool: BuilderPool, input: BuildersInput): TreeNode {
  const reachable = pool.members.filter((member) => input.checks.get(builderKey(pool, member))?.state === 'reachable').length;
  const builds = input.builds.filter((build) => build.pool === pool.name);
  const [running, waiting] = [inState(builds, 'running'), inState(builds, 'waiting')];
  return {
    id: `pool:${pool.name}`,
    label: pool.name,
    description: input.trusted
      ? dotted(
          !pool.location && 'of the Docker CLI',
          pool.members.length > 0 ? `${reachable} of ${pool.members.length} reachable` : 'no builders yet',
          running > 0 && `${running} running`,
          waiting > 0 && `${waiting} queued`,
        )
      : 'not connected',
    icon: 'server',
    tooltip: () => poolTooltip(pool),
    context: pool.location ? ['pool', 'ours'] : ['pool'],
    subject: { builder: pool.name },
    expanded: true,
    children: [
      ...pool.members.map((member) => memberNode(pool, member, input)),
      ...builds.filter(({ member }) => member === undefined).map((build) => buildNode(build, input.now)),
    ],
  };
}

function poolTooltip({ policy, location }: BuilderPool): string {
  const way = policy === 'affinity' ? 'Builds go where their layers are warm.' : 'Builds go to the least busy member.';
  return location
    ? way
    : `${way}\n\nThis pool comes from the Docker CLI and is only read: change it with \`docker context\` or \`docker buildx\`.`;
}

function buildNode({ id, service, state, since }: SeatedBuild, now: Date): TreeNode {
  const running = state === 'running';
  return {
    id: `build:${id}`,
    label: service.slice(service.indexOf('/') + 1),
    description: dotted(running ? 'building' : 'queued', lasting(new Date(since).toISOString(), now)),
    icon: running ? 'sync~spin' : 'watch',
    tone: running ? 'busy' : 'quiet',
    tooltip: () => `${service}\n${running ? 'building' : 'queued'} since ${new Date(since).toLocaleTimeString()}`,
    context: ['build', state],
    subject: { build: id, service },
    children: [],
  };
}

function memberNode(pool: BuilderPool, member: BuilderMember, input: BuildersInput): TreeNode {
  const key = builderKey(pool, member);
  const check = input.trusted ? input.checks.get(key) : undefined;
  const flags = pool.location ? ['builder', 'ours', member.draining ? 'draining' : 'taking'] : ['builder'];
  const builds = input.builds.filter((build) => build.pool === pool.name && build.member === member.name);
  const base = {
    // A row that gets its first child stays folded in the editor, unless it is a new one.
    id: `builder:${key}${builds.length > 0 ? ':busy' : ''}`,
    label: member.name,
    subject: { builder: key },
    expanded: true,
    children: builds.map((build) => buildNode(build, input.now)),
    tooltip: () => memberTooltip(member, check),
    ...(check?.state === 'reachable' ? { more: async () => usageText(await input.usage(key)) } : {}),
  };
  if (check?.state === 'failed') {
    return {
      ...base,
      description: withoutHost(check.failure.message),
      icon: 'debug-disconnect',
      tone: member.optional ? 'quiet' : 'bad',
      context: [...flags, 'failure'],
      open: 'waybill.failure.show',
    };
  }
  if (check?.state === 'reachable') {
    const { version, milliseconds } = check;
    const load = input.loads.get(key);
    const waiting = inState(builds, 'waiting');
    const busy = inState(builds, 'running') + (load?.foreign ?? 0);
    return {
      ...base,
      description: dotted(
        member.draining && 'draining',
        load?.pausedUntil !== undefined && 'left alone after failures',
        busy > 0 && `${busy} of ${member.capacity} building`,
        waiting > 0 && `${waiting} queued`,
        `Docker Engine ${version.version}`,
        `${version.os}/${version.arch}`,
        version.buildkit ? 'BuildKit' : 'classic builder',
        `${milliseconds} ms`,
      ),
      icon: iconOf(member, busy),
      tone: member.draining ? 'quiet' : 'good',
      context: [...flags, 'reachable'],
    };
  }
  return { ...base, description: input.trusted ? 'asking…' : member.host, icon: 'vm-outline', tone: 'quiet', context: flags };
}

function inState(builds: readonly SeatedBuild[], state: SeatedBuild['state']): number {
  return builds.filter((build) => build.state === state).length;
}

/** The row names the host already; what is wrong with it has to be seen in a narrow view. */
function withoutHost(message: string): string {
  return message.replace(/^Docker Engine `[^`]*` \([^)]*\) /, '');
}

function iconOf(member: BuilderMember, busy: number): string {
  if (member.draining) return 'debug-pause';
  return busy > 0 ? 'vm-running' : 'vm-active';
}

function memberTooltip(member: BuilderMember, check: BuilderCheck | undefined): string {
  const advice = check?.state === 'failed' ? `\n\n${check.failure.message}\n\n${check.failure.advice}` : '';
  const labels = Object.entries(member.labels).map(([name, value]) => `${name}=${value}`);
  return `${member.host}\n${dotted(`capacity ${member.capacity}`, ...labels)}${advice}`;
}

function usageText({ images, cache, reclaimable }: EngineUsage): string {
  return `images ${megabytes(images)} · build cache ${megabytes(cache)}, of which ${megabytes(reclaimable)} is not in use`;
}
