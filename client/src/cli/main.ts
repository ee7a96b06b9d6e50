#!/usr/bin/env node
import module from 'node:module';

void start();

/** Runs the call that this process was started for: one abort signal from Ctrl-C to the last request. */
async function start(): Promise<void> {
  // Node keeps what it compiled for the next call; older ones do not know how.
  module.enableCompileCache?.();
  const { stdout, stderr } = process;
  const signal = stopSignal();
  // A reader that went away (`waybill logs … | head`) ends the call quietly.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
  const { ownPackage, run } = await import('./run.ts');
  const code = await run(process.argv.slice(2), { stdout, stderr, directory: process.cwd(), own: ownPackage }, signal);
  process.exitCode = code;
  // Connections that a library keeps open must not keep the call alive; what was written goes out first.
  stdout.write('', () => stderr.write('', () => process.exit(code)));
}

function stopSignal(): AbortSignal {
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      // The second one does not wait for anybody.
      if (stopping.signal.aborted) process.exit(130);
      stopping.abort(new DOMException('Stopped by the user.', 'AbortError'));
    });
  }
  return stopping.signal;
}
