import { chooseMember, isOurs, writeBuilders } from './contract/builders.ts';
import { currentModel } from './contract/choose.ts';
import { type Command, onRow } from './contract/command.ts';

/** Takes a builder out of its pool. The daemon itself is left as it is. */
export const removeBuilder: Command = {
  contribution: {
    id: 'waybill.builder.remove',
    title: 'Remove Builder…',
    icon: 'remove',
    palette: true,
    connects: false,
    menus: [{ menu: 'view/item/context', when: `${onRow('builders', 'builder')} && viewItem =~ /(^|;)ours(;|$)/`, group: '9_danger@2' }],
  },
  async run(context, subject) {
    const model = await currentModel(context);
    const chosen = await chooseMember(context, model, subject.builder, 'Remove Builder', isOurs);
    if (!chosen) return;
    const { pool, member } = chosen;
    const detail = 'Builds that run there go on to their end; those that wait go to other members. The daemon itself is left as it is.';
    if (!(await context.ui.confirm(`Remove ${member.name} from pool ${pool.name}?`, detail, 'Remove'))) return;
    await writeBuilders(context, { pool: pool.name, member: member.name, change: 'remove' });
  },
};
