import { chooseMember, isOurs, writeBuilders } from './contract/builders.ts';
import { currentModel } from './contract/choose.ts';
import { type Command, onRow } from './contract/command.ts';

/** Lets a drained builder take builds again. */
export const undrainBuilder: Command = {
  contribution: {
    id: 'waybill.builder.undrain',
    title: 'Undrain Builder',
    icon: 'debug-continue',
    palette: true,
    connects: false,
    menus: [
      { menu: 'view/item/context', when: onRow('builders', 'draining'), group: 'inline@1' },
      { menu: 'view/item/context', when: onRow('builders', 'draining'), group: '6_change@1' },
    ],
  },
  async run(context, subject) {
    const model = await currentModel(context);
    const chosen = await chooseMember(context, model, subject.builder, 'Undrain Builder', (one) => isOurs(one) && one.member.draining);
    if (!chosen) return;
    await writeBuilders(context, { pool: chosen.pool.name, member: chosen.member.name, change: 'undrain' });
  },
};
