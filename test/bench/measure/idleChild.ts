/** A process that does nothing: how long the machine itself keeps one waiting. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
process.stdin.on('data', () => {
  process.stdout.write(`${JSON.stringify({ longestStall: delay.max / 1e6, stall99: delay.percentile(99) / 1e6 })}\n`);
  process.exit(0);
});
