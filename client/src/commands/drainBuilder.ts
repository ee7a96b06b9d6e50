import { chooseMember, isOurs, writeBuilders } from './contract/builders.ts';
import { currentModel } from './contract/choose.ts';
import { type Command, onRow } from './contract/command.ts';

/** Lets a builder end what it builds and take nothing new. */
export const drainBuilder: Command = {
  contribution: {
    id: 'waybill.builder.drain',
    title: 'Drain Builder',
    icon: 'debug-pause',
    palette: true,
    connects: false,
    menus: [{ menu: 'view/item/context', when: onRow('builders', 'taking'), group: '6_change@1' }],
  },
  async run(context, subject) {
    const model = await currentModel(context);
    const chosen = await chooseMember(context, model, subject.builder, 'Drain Builder', (one) => isOurs(one) && !one.member.draining);
    if (!chosen) return;
    const { pool, member } = chosen;
    await writeBuilders(context, { pool: pool.name, member: member.name, change: 'drain' });
    const again = () => context.runCommand('waybill.builder.undrain', { builder: `${pool.name}/${member.name}` });
    context.ui.inform(`${member.name} takes no new builds; those that run there go on to their end.`, [{ label: 'Undrain', run: again }]);
  },
};
