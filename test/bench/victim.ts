// victim.ts ENDING FILE: starts components with a running container, writes their folders to FILE, and ends in the way it is told. The
// bench's own test looks afterwards whether anything is left.
import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { startEngine } from './engine.ts';
import { pushImage } from './images.ts';
import { startRegistry } from './registry.ts';

const [ending = 'normal', file = ''] = process.argv.slice(2);
const engine = await startEngine();
const registry = await startRegistry();
const image = `${registry.host}/bench/stubborn:1`;
await pushImage(image, { command: ['/bin/sh', '-c', 'trap "" TERM; while true; do sleep 1; done'] });
await engine.docker('network', 'create', 'victim');
await engine.docker('run', '-d', '--restart', 'always', '--network', 'victim', image);
writeFileSync(file, `${engine.folder}\n${dirname(registry.log)}\n`);
if (ending === 'exception') throw new Error('the run ends by an exception');
if (ending === 'normal') {
  await registry.stop();
  await engine.stop();
} else {
  process.kill(process.pid, ending);
  setInterval(() => undefined, 1_000);
}
