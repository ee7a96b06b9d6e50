import { fail } from '../errors.ts';
import { withDockerContexts } from '../local/dockerContexts.ts';
import { originOf } from '../local/origin.ts';
import type { Ports } from '../ports.ts';
import type { Call } from './command.ts';
import { namedRoot } from './workspaceRoot.ts';

/**
 * Runs `work` with ports on the workspace that the call names, and closes every connection afterwards. Whoever runs the CLI in a folder
 * trusts it. Secret values that are read meanwhile never appear in the output (S6).
 */
export async function withPorts<T>(call: Call, work: (ports: Ports) => Promise<T>): Promise<T> {
  requireNode(process.versions.node);
  const root = namedRoot(call.directory, call.arguments.text('workspace'));
  const [{ coreDocuments, loadWorkspace }, { createPorts }] = await Promise.all([import('./language.ts'), import('../wiring.ts')]);
  const documents = withDockerContexts(coreDocuments(loadWorkspace([root], new Date())), () => true);
  const wiring = createPorts({
    documents,
    trusted: () => true,
    folder: root.folder,
    allowProgram: async () => true,
    origin: originOf(process.env),
  });
  call.output.protect(wiring.redactor.redact);
  try {
    return await work(wiring.ports);
  } finally {
    wiring.close();
  }
}

/** Only `lint` runs on older ones: what speaks to clusters and builders needs this one. */
function requireNode(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 15)) return;
  throw fail(
    'usage',
    `This command needs Node 22.15 or later; this is Node ${version}.`,
    'Run it with a newer `node`. `waybill lint` runs here.',
  );
}
