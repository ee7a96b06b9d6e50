import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { BuildNote, BuildNotes } from '../ports.ts';
import { createFile, replaceFile } from './files.ts';
import type { Redactor } from './redactor.ts';

/** The process that builds: its id alone is not enough, because ids are given out again. */
interface Owner {
  readonly host: string;
  readonly pid: number;
  /** Clock ticks between the start of the machine and that of the process, proc(5); absent where there is no /proc. */
  readonly since?: string;
}

export interface FileBuildNotes extends Omit<BuildNotes, 'settle'> {
  isThere(folder: string, id: string): Promise<boolean>;
  remove(folder: string, id: string): Promise<void>;
}

/** Notes of builds that have begun, one file each, in `<folder>/.waybill/building`, which ignores itself for git. */
export function buildNotes(redactor: Redactor): FileBuildNotes {
  return {
    async begin(folder, note) {
      const directory = join(folder, '.waybill', 'building');
      await mkdir(directory, { recursive: true });
      await createFile(join(directory, '.gitignore'), '*\n');
      const owner: Owner = { host: hostname(), pid: process.pid, ...(await since(process.pid)) };
      await replaceFile(noteFile(folder, note.id), `${redactor.redact(JSON.stringify({ ...note, owner }))}\n`);
    },
    async abandoned(folder) {
      const directory = join(folder, '.waybill', 'building');
      const names = await readdir(directory).catch(() => []);
      const notes = names.filter((name) => name.endsWith('.json')).map((name) => abandonedNote(join(directory, name)));
      return (await Promise.all(notes)).filter((note) => note !== undefined);
    },
    isThere: (folder, id) =>
      stat(noteFile(folder, id)).then(
        () => true,
        () => false,
      ),
    remove: (folder, id) => rm(noteFile(folder, id), { force: true }),
  };
}

function noteFile(folder: string, id: string): string {
  return join(folder, '.waybill', 'building', `${id.replaceAll(/[^\w.-]/g, '_')}.json`);
}

async function abandonedNote(file: string): Promise<BuildNote | undefined> {
  const note = await readFile(file, 'utf8').then(parse, () => undefined);
  if (!note || note.owner.host !== hostname()) return undefined;
  return (await runs(note.owner)) ? undefined : note;
}

/** A note, when the text is one. */
function parse(text: string): (BuildNote & { readonly owner: Owner }) | undefined {
  try {
    const value = JSON.parse(text) as Partial<BuildNote & { readonly owner: Owner }> | null;
    const fine =
      typeof value?.id === 'string' &&
      typeof value.subject === 'string' &&
      typeof value.name === 'string' &&
      typeof value.started === 'string' &&
      Array.isArray(value.builders) &&
      typeof value.entry === 'object' &&
      typeof value.owner?.host === 'string' &&
      typeof value.owner.pid === 'number';
    return fine ? (value as BuildNote & { readonly owner: Owner }) : undefined;
  } catch {
    return undefined;
  }
}

async function runs(owner: Owner): Promise<boolean> {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    // EPERM: it is there, and another user's.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  if (owner.since === undefined) return true;
  const now = await since(owner.pid);
  return now.since === owner.since;
}

/** Field 22 of /proc/<pid>/stat, and nothing of a process that has ended and only waits for its parent. */
async function since(pid: number): Promise<{ since?: string }> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The name in brackets may hold blanks and brackets.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  const started = fields?.[19];
  return started === undefined || fields?.[0] === 'Z' ? {} : { since: started };
}
