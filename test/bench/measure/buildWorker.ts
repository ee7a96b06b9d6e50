// Builds in a process of its own, as the extension does: it is started once, and its memory is its own.
import { dockerEngines } from '../../../client/src/docker/index.ts';
import { ociRegistry } from '../../../client/src/registry/index.ts';
import { orderOf } from '../../client/dockerBench.ts';

export interface BuildTask {
  readonly socket: string;
  readonly folder: string;
  readonly tag: string;
}

export interface BuildAnswer {
  readonly seconds: number;
  /** The most that the process ever took; bytes. */
  readonly memory: number;
  readonly error?: string;
}

const credentials = { forRegistry: async () => undefined };
const secrets = { read: () => Promise.reject(new Error('none')) };
const engines = dockerEngines({ credentials, secrets, registry: ociRegistry({ credentials }) });

async function build({ socket, folder, tag }: BuildTask): Promise<void> {
  const engine = engines.open({
    name: 'measured',
    host: `unix://${socket}`,
    labels: {},
    capacity: 1,
    weight: 1,
    draining: false,
    optional: false,
  });
  await engine.build(orderOf(folder, tag, { timeout: 600 }), () => undefined, new AbortController().signal);
  engine.close();
}

process.on('message', (task: BuildTask) => {
  const began = performance.now();
  const answer = (error?: unknown): void => {
    const memory = process.resourceUsage().maxRSS * 1024;
    const more = error === undefined ? {} : { error: String(error) };
    process.send?.({ seconds: (performance.now() - began) / 1000, memory, ...more } satisfies BuildAnswer);
  };
  build(task).then(() => answer(), answer);
});
