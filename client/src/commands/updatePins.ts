import { updateLock } from '../delivery/lock.ts';
import type { Command } from './contract/command.ts';

/** Fetches the standards that others extend from elsewhere, and pins them and floating images anew. */
export const updatePins: Command = {
  contribution: {
    id: 'waybill.standards.refresh',
    title: 'Update Pinned Standards',
    icon: 'sync',
    palette: true,
    connects: true,
    menus: [
      { menu: 'view/title', when: 'view == waybill.baseImages', group: '6_change@1' },
      { menu: 'editor/title', when: 'resourceLangId == waybill-record && resourceFilename =~ /^waybill\\.lock\\./', group: 'navigation@5' },
    ],
  },
  async run(context) {
    const ports = await context.ports();
    const outcomes = await context.ui.run({ verb: 'Update', service: 'pinned standards' }, (report, signal) =>
      updateLock(ports, { update: true, check: false, generator: context.version }, report, signal),
    );
    const pinned = outcomes.flatMap((outcome) => outcome.pinned);
    const removed = outcomes.flatMap((outcome) => outcome.removed);
    const [first] = outcomes;
    if (!first) return context.ui.inform('Nothing floats in this workspace: no lock is needed.', []);
    if (pinned.length + removed.length === 0) return context.ui.inform('The pinned standards and images are what they were.', []);
    const uri = new URL(`file://${first.file.startsWith('/') ? '' : '/'}${first.file.split('/').map(encodeURIComponent).join('/')}`).href;
    const start = { line: 0, character: 0 };
    context.ui.inform(`Pinned anew: ${[...pinned, ...removed.map((ref) => `${ref} (removed)`)].join(', ')}.`, [
      { label: 'Open Lock', run: () => context.ui.openLocation({ uri, range: { start, end: start } }) },
    ]);
  },
};
