import type { CatalogueChange } from '../../../../server/src/protocol.ts';
import { fail } from '../../errors.ts';
import type { CommandContext } from './command.ts';

/** Has the server write a change into the standards, and leaves the file open and unsaved at it. */
export async function writeCatalogue({ documents, ui }: CommandContext, change: CatalogueChange): Promise<void> {
  const edit = await documents.changeCatalogue(change, AbortSignal.timeout(30_000));
  if ('problem' in edit) throw fail('configuration', `The standards are not changed: ${edit.problem}`, 'Write it by hand.');
  await ui.applyEdits(edit.edits.map(({ range, text }) => ({ location: { uri: edit.uri, range }, text })));
}
