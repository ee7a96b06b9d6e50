import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fail } from '../../errors.ts';

/**
 * Puts a text in place of a file's: whole, or not at all. Links are followed, the mode is kept. Throws `conflict` when the file is no
 * longer what was judged.
 */
export function replaceText(path: string, before: string, after: string): void {
  const target = realpathSync(path);
  if (readFileSync(target, 'utf8') !== before) {
    throw fail('conflict', `\`${path}\` was changed meanwhile, and is left as it is.`, 'Run `waybill lint --fix` again.');
  }
  const temporary = join(dirname(target), `.waybill-${randomBytes(6).toString('hex')}`);
  try {
    writeFileSync(temporary, after, { flag: 'wx' });
    chmodSync(temporary, statSync(target).mode & 0o7777);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    const reason = error instanceof Error ? error.message : String(error);
    throw fail('conflict', `\`${path}\` could not be written: ${reason}.`, 'It is as it was. Look at the rights of its folder.');
  }
}
