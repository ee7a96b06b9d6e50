/** Which Docker Engine `npm start` works on: one that answers on this machine, else its own when run as root, else none. */
import { existsSync } from 'node:fs';
import { type Engine, engineRequest, startEngine } from '../bench/engine.ts';
import { installPackages } from '../bench/install.ts';
import type { LocalHost } from '../seed/local.ts';

export interface FoundEngine {
  /** Where images are built: over TLS when the engine is our own, so that the sample shows it. */
  readonly builder: LocalHost;
  /** Where `dev` runs. */
  readonly dev: LocalHost;
  readonly description: string;
  stop(): Promise<void>;
}

const socket = '/var/run/docker.sock';

async function answers(path: string): Promise<boolean> {
  if (!existsSync(path)) return false;
  return engineRequest(path, '/_ping').then(
    (text) => text.trim() === 'OK',
    () => false,
  );
}

/** @param report lines for people who wait. Answers a reason as text when there is no engine and none can be started. */
export async function findEngine(report: (line: string) => void): Promise<FoundEngine | string> {
  if (await answers(socket)) {
    const here: LocalHost = { host: `unix://${socket}` };
    return { builder: here, dev: here, description: `the Docker Engine at ${socket}`, stop: async () => undefined };
  }
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return 'No Docker Engine answers at /var/run/docker.sock, and starting one needs Linux and root. Start Docker, or run `sudo npm start`.';
  }
  const failed = installPackages(['engine'], report);
  if (failed) return failed;
  return ownEngine(await startEngine());
}

function ownEngine(engine: Engine): FoundEngine {
  const { host, port, ca, cert, key } = engine.tcp;
  return {
    builder: { host: `tcp://${host}:${port}`, tls: { ca, cert, key } },
    dev: { host: `unix://${engine.socket}` },
    description: 'a Docker Engine of its own',
    stop: () => engine.stop(),
  };
}
