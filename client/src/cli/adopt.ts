import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FieldAdoption } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { Documents } from '../ports.ts';
import type { Call } from './command.ts';
import { replaceText } from './lint/write.ts';

/** Writes what was changed in a target into the files, one after another, and names them. */
export async function writeAdoptions({ output, signal }: Call, documents: Documents, wanted: readonly FieldAdoption[]): Promise<void> {
  const { applyEdits } = await import('./language.ts');
  for (const one of wanted) {
    const edit = await documents.adoptField?.(one, signal);
    if (!edit) throw fail('internal', 'Nothing can be written into the files here.', 'Write it there yourself.');
    if ('problem' in edit) throw fail('configuration', edit.problem, 'Write it there yourself.');
    const path = fileURLToPath(edit.uri);
    const before = readFileSync(path, 'utf8');
    replaceText(path, before, applyEdits(before, [edit]));
    const what = 'path' in one ? `environments.${one.environment}.${one.path}: ${one.value}` : `drift.ignore: ${one.ignore}`;
    output.event({ type: 'adopted', file: path, ...one });
    output.line(`${path} says ${what}`);
  }
}
