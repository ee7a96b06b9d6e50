import { type Command, onRow } from './contract/command.ts';
import { runOperation } from './contract/operation.ts';

/** Holds changes of a service back until it is resumed. */
export const pauseService: Command = {
  contribution: {
    id: 'waybill.service.pause',
    title: 'Pause…',
    icon: 'debug-pause',
    palette: true,
    connects: true,
    menus: [{ menu: 'view/item/context', when: onRow('environments', 'workload', 'suspended', 'missing', 'compose'), group: '6_change@3' }],
  },
  run: (context, subject) =>
    runOperation(context, subject, 'Pause', async () => ({ kind: 'pause' }), {
      fits: ({ health }) => health !== 'Suspended',
      without: ['compose'],
    }),
};
