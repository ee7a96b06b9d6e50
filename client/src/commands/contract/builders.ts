import type { BuilderChange, BuilderMember, BuilderPool, WorkspaceModel } from '../../../../server/src/protocol.ts';
import { fail } from '../../errors.ts';
import type { CommandContext } from './command.ts';

export interface PoolMember {
  readonly pool: BuilderPool;
  readonly member: BuilderMember;
}

/** The member of a row, else one that the user picks of those that `fits`. */
export async function chooseMember(
  { ui }: CommandContext,
  model: WorkspaceModel,
  key: string | undefined,
  title: string,
  fits: (candidate: PoolMember) => boolean,
): Promise<PoolMember | undefined> {
  const all = model.pools.flatMap((pool) => pool.members.map((member) => ({ pool, member })));
  const named = all.find(({ pool, member }) => `${pool.name}/${member.name}` === key);
  if (named) return named;
  const fitting = all.filter(fits);
  if (fitting.length === 0) throw fail('configuration', 'There is no builder for this.', 'See the view Builders.');
  return await ui.pick({
    title,
    placeholder: 'Which builder?',
    choices: fitting.map((one) => ({ label: `${one.pool.name}/${one.member.name}`, description: one.member.host, icon: 'vm', value: one })),
  });
}

/** Pools that stand in a file of the workspace: those of the Docker CLI are only read. */
export function isOurs({ pool }: { readonly pool: BuilderPool }): boolean {
  return pool.location !== undefined;
}

/** Writes a change of a pool into its environments file, and saves it: builds that wait follow at once, in other windows too. */
export async function writeBuilders({ authoring, ui }: CommandContext, change: BuilderChange): Promise<void> {
  const edit = await authoring.changeBuilders(change, AbortSignal.timeout(30_000));
  if ('problem' in edit) throw fail('configuration', edit.problem, 'See the environments file, then run this again.');
  await ui.saveEdits([{ location: edit, text: edit.text }]);
}
