import type { Ports } from '../ports.ts';
import type { Call } from './command.ts';
import { namedRoot } from './workspaceRoot.ts';

/**
 * Runs `work` with ports on the workspace that the call names, and closes every connection afterwards. Whoever runs the CLI in a folder
 * trusts it. Secret values that are read meanwhile never appear in the output (S6).
 */
export async function withPorts<T>(call: Call, work: (ports: Ports) => Promise<T>): Promise<T> {
  const root = namedRoot(call.directory, call.arguments.text('workspace'));
  const [{ loadWorkspace }, { coreDocuments }, { createPorts }] = await Promise.all([
    import('./workspaceFiles.ts'),
    import('./documents.ts'),
    import('../wiring.ts'),
  ]);
  const documents = coreDocuments(loadWorkspace([root], new Date()));
  const wiring = createPorts({ documents, trusted: () => true, folder: root.folder, allowProgram: async () => true });
  call.output.protect(wiring.redactor.redact);
  try {
    return await work(wiring.ports);
  } finally {
    wiring.close();
  }
}
