import type { BuilderMember, BuilderPool, WorkspaceModel } from '../../../server/src/protocol.ts';
import type { BuilderLoad } from '../ports.ts';
import { type BuilderCheck, builderKey } from '../state/builderChecks.ts';
import type { TreeNode } from './node.ts';
import { dotted } from './words.ts';

export interface BuildersInput {
  readonly model: WorkspaceModel;
  readonly checks: ReadonlyMap<string, BuilderCheck>;
  readonly loads: ReadonlyMap<string, BuilderLoad>;
  readonly trusted: boolean;
}

/** The view Builders: pool → member. */
export function buildersTree(input: BuildersInput): readonly TreeNode[] {
  return input.model.pools.map((pool) => poolNode(pool, input));
}

function poolNode(pool: BuilderPool, input: BuildersInput): TreeNode {
  const reachable = pool.members.filter((member) => input.checks.get(builderKey(pool, member))?.state === 'reachable').length;
  const loads = pool.members.flatMap((member) => input.loads.get(builderKey(pool, member)) ?? []);
  const running = loads.reduce((sum, load) => sum + load.running, 0);
  const waiting = loads.reduce((sum, load) => sum + load.waiting, 0);
  return {
    id: `pool:${pool.name}`,
    label: pool.name,
    description: input.trusted
      ? dotted(`${reachable} of ${pool.members.length} reachable`, running > 0 && `${running} running`, waiting > 0 && `${waiting} queued`)
      : 'not connected',
    icon: 'server',
    tooltip: () => (pool.policy === 'affinity' ? 'Builds go where their layers are warm.' : 'Builds go to the least busy member.'),
    context: ['pool'],
    expanded: true,
    children: pool.members.map((member) => memberNode(pool, member, input)),
  };
}

function memberNode(pool: BuilderPool, member: BuilderMember, input: BuildersInput): TreeNode {
  const key = builderKey(pool, member);
  const check = input.trusted ? input.checks.get(key) : undefined;
  const base = {
    id: `builder:${key}`,
    label: member.name,
    subject: { builder: key },
    children: [],
    tooltip: () => memberTooltip(member, check),
  };
  if (check?.state === 'failed') {
    return {
      ...base,
      description: check.failure.message,
      icon: 'debug-disconnect',
      tone: member.optional ? 'quiet' : 'bad',
      context: ['builder', 'failure'],
      open: 'waybill.failure.show',
    };
  }
  if (check?.state === 'reachable') {
    const { version, milliseconds } = check;
    const load = input.loads.get(key);
    const busy = (load?.running ?? 0) + (load?.foreign ?? 0);
    return {
      ...base,
      description: dotted(
        member.draining && 'draining',
        load?.pausedUntil !== undefined && 'left alone after failures',
        busy > 0 && `${busy} of ${member.capacity} building`,
        load !== undefined && load.waiting > 0 && `${load.waiting} queued`,
        `Docker Engine ${version.version}`,
        `${version.os}/${version.arch}`,
        version.buildkit ? 'BuildKit' : 'classic builder',
        `${milliseconds} ms`,
      ),
      icon: iconOf(member, busy),
      tone: member.draining ? 'quiet' : 'good',
      context: ['builder', 'reachable'],
    };
  }
  return { ...base, description: input.trusted ? 'asking…' : member.host, icon: 'vm-outline', tone: 'quiet', context: ['builder'] };
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
