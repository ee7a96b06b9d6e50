// Who holds what: every process that starts bench components keeps a journal of what they took, and a reaper that outlives it. The reaper
// waits for the end of a pipe, which the kernel closes however the process ends (exit, signal, kill -9), and gives back what is left.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Resource, release, startTime } from './resources.ts';

/** The resources of one component, given back in the reverse order of taking. */
export interface Claim {
  /** Notes a resource before or as it is taken. */
  take(resource: Resource): void;
  /** A new folder outside the repository, noted. Its path is short, because socket paths end at 107 bytes. */
  folder(): string;
  /** Gives everything back. Safe to call twice. */
  release(): Promise<void>;
}

type Line = { readonly claim: string; readonly resource: Resource } | { readonly claim: string; readonly released: true };

/** Where journals lie: one file per process, named `<pid>-<start time>-<random>`. */
export function journalFolder(): string {
  return join(tmpdir(), `waybill-bench-${process.getuid?.() ?? 0}`);
}

/** A process's book of claims. */
export interface Ledger {
  claim(): Claim;
}

/** The ledger of this process, opened at the first use. */
export const ledger: () => Ledger = once(() => openLedger());

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function openLedger(): Ledger {
  const folder = journalFolder();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const journal = join(folder, `${process.pid}-${startTime(process.pid) ?? '0'}-${randomBytes(3).toString('hex')}`);
  appendFileSync(journal, '', { mode: 0o600 });
  const reaper = spawn(process.execPath, [fileURLToPath(new URL('reaper.ts', import.meta.url)), journal], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    env: { ...process.env, NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined },
  });
  reaper.unref();
  const pipe = reaper.stdin as typeof reaper.stdin & { unref?: () => void };
  pipe.unref?.();
  pipe.on('error', () => undefined);
  const write = (line: Line) => appendFileSync(journal, `${JSON.stringify(line)}\n`);
  return { claim: () => openClaim(write) };
}

function openClaim(write: (line: Line) => void): Claim {
  const claim = randomBytes(6).toString('hex');
  const taken: Resource[] = [];
  const take = (resource: Resource) => {
    write({ claim, resource });
    taken.push(resource);
  };
  return {
    take,
    folder: () => {
      const path = mkdtempSync(join(tmpdir(), 'wb-'));
      take({ kind: 'folder', path });
      return path;
    },
    release: async () => {
      for (let last = taken.pop(); last; last = taken.pop()) await release(last);
      write({ claim, released: true });
    },
  };
}

/** Gives back all that a journal still holds, newest first, and removes the journal. */
export async function settle(journal: string): Promise<number> {
  const lines = readFileSync(journal, 'utf8')
    .split('\n')
    .filter(Boolean)
    .flatMap((line): Line[] => {
      try {
        return [JSON.parse(line) as Line];
      } catch {
        return []; // A line cut short by the end of its writer.
      }
    });
  const released = new Set(lines.flatMap((line) => ('released' in line ? [line.claim] : [])));
  const left = lines.flatMap((line) => ('resource' in line && !released.has(line.claim) ? [line.resource] : []));
  for (const resource of left.reverse()) await release(resource);
  rmSync(journal, { force: true });
  return left.length;
}

/** Settles the journals whose process and reaper are both gone (a machine that crashed, a reaper that was killed). */
export async function sweep(): Promise<number> {
  let count = 0;
  const folder = journalFolder();
  if (!existsSync(folder)) return 0;
  for (const name of readdirSync(folder)) {
    const [pid, started] = name.split('-');
    const journal = join(folder, name);
    if (startTime(Number(pid)) === started || reaperOf(journal)) continue;
    count += await settle(journal);
  }
  return count;
}

function reaperOf(journal: string): boolean {
  return readdirSync('/proc').some((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      return command.includes('reaper.ts') && command.includes(journal);
    } catch {
      return false;
    }
  });
}
