import { ejectFiles as eject } from '../delivery/eject.ts';
import { fail } from '../errors.ts';
import { counted } from '../tree/words.ts';
import { currentModel } from './contract/choose.ts';
import type { Command } from './contract/command.ts';

/** Writes everything that would be applied as files, to go on without Waybill. */
export const ejectFiles: Command = {
  contribution: {
    id: 'waybill.files.eject',
    title: 'Eject Files…',
    icon: 'export',
    palette: true,
    connects: true,
    menus: [{ menu: 'view/title', when: 'view == waybill.services && isWorkspaceTrusted', group: '6_change@1' }],
  },
  async run(context) {
    const { ui } = context;
    await currentModel(context);
    const root = ui.workspaceFolder();
    if (!root) throw fail('configuration', 'No folder is open.', 'Open the folder of the services.');
    const name = await ui.input({
      title: 'Eject',
      prompt: 'Into which folder of the workspace?',
      value: 'ejected',
      problem: (text) => (/^[\w.-]+(\/[\w.-]+)*$/.test(text) && !text.includes('..') ? undefined : 'A path below the workspace.'),
    });
    if (name === undefined) return;
    const { files, leftOut } = await eject(await context.ports(), {}, AbortSignal.timeout(60_000));
    await ui.createFiles(files.map(({ path, text }) => ({ uri: `${root}/${name}/${path}`, text })));
    const written = `${counted(files.length, 'file')} written to ${name}`;
    if (leftOut.length === 0) ui.inform(`${written}.`, []);
    else {
      const more = leftOut.length > 3 ? `, and ${leftOut.length - 3} more` : '';
      ui.warn(`${written}. Left out: ${leftOut.slice(0, 3).join(', ')}${more}; its README.md lists all.`, []);
    }
  },
};
