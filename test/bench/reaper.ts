// reaper.ts JOURNAL: waits for its standard input to end, which is the end of the process that started it, then settles the journal.
import { existsSync } from 'node:fs';
import { settle } from './ledger.ts';

const journal = process.argv[2];
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.stdin.resume();
process.stdin.on('close', () => {
  if (journal && existsSync(journal)) void settle(journal);
});
