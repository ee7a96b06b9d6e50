import { cleanBuildCache } from '../delivery/cleanCache.ts';
import { megabytes } from '../tree/words.ts';
import { chooseMember } from './contract/builders.ts';
import { currentModel } from './contract/choose.ts';
import { type Command, onRow } from './contract/command.ts';

/** Removes build cache that nothing uses from a builder, after the user has seen how much. */
export const cleanBuilderCache: Command = {
  contribution: {
    id: 'waybill.builder.clean',
    title: 'Clean Build Cache…',
    icon: 'clear-all',
    palette: true,
    connects: true,
    menus: [{ menu: 'view/item/context', when: onRow('builders', 'reachable'), group: '9_danger@1' }],
  },
  async run(context, subject) {
    const model = await currentModel(context);
    const chosen = await chooseMember(context, model, subject.builder, 'Clean Build Cache', () => true);
    if (!chosen) return;
    const ports = await context.ports();
    const key = `${chosen.pool.name}/${chosen.member.name}`;
    const freed = await context.ui.run({ verb: 'Clean', service: key }, (progress, signal) => {
      progress('asking what is there');
      return cleanBuildCache(
        ports,
        chosen,
        ({ usage, what }) =>
          context.ui.confirm(
            `Clean the build cache of ${key}?`,
            `It holds ${megabytes(usage.cache)}, of which ${megabytes(usage.reclaimable)} is not in use. ${what}`,
            'Clean',
          ),
        signal,
      );
    });
    if (freed !== undefined) context.ui.inform(`${megabytes(freed)} are free again on ${key}.`, []);
  },
};
