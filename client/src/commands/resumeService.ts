import { type Command, onRow } from './contract/command.ts';
import { runOperation } from './contract/operation.ts';

/** Lets changes of a paused service through again. */
export const resumeService: Command = {
  contribution: {
    id: 'waybill.service.resume',
    title: 'Resume…',
    icon: 'debug-continue',
    palette: true,
    connects: true,
    menus: [{ menu: 'view/item/context', when: onRow('environments', 'suspended'), group: '6_change@4' }],
  },
  run: (context, subject) =>
    runOperation(context, subject, 'Resume', async () => ({ kind: 'resume' }), {
      fits: ({ health }) => health === 'Suspended',
      without: ['compose'],
    }),
};
