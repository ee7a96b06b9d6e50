// npm run bench:down: ends the bench that bench:up started, and whatever runs that died left on this machine.
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { sweep } from './ledger.ts';
import { startTime } from './resources.ts';
import { readState, stateFile } from './shared.ts';

const state = readState(stateFile());
if (state) {
  process.kill(state.pid, 'SIGTERM');
  while (startTime(state.pid) === state.started) await sleep(50);
  process.stdout.write('The bench is stopped.\n');
} else {
  process.stdout.write('No bench runs.\n');
}
rmSync(stateFile(), { force: true });
const left = await sweep();
if (left > 0) process.stdout.write(`Cleaned up ${left} things that an earlier run had left.\n`);
