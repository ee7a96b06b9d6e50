/** Red Hat's YAML language server on a manifest, with our schema by its settings: the peer of the same run. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installYamlServer } from '../build.ts';
import { quantile } from './figures.ts';
import { openServer } from './keystroke.ts';
import { edit, open, type Typed } from './manifests.ts';

const schema = pathToFileURL(resolve(import.meta.dirname, '../../../schemas/service.schema.json')).href;

/** From a keystroke to the diagnostics that the server publishes, p95 in ms. Each edit is the first after the answer to the one before. */
export async function measureRedHat(file: Typed): Promise<number> {
  const folder = await installYamlServer();
  const settings = { yaml: { schemas: { [schema]: '*' }, validate: true, schemaStore: { enable: false } } };
  const program = resolve(folder, 'node_modules/yaml-language-server/out/src/server.js');
  const { connection, stop } = await openServer({ program, pulls: false, folder: file.uri.slice(0, file.uri.lastIndexOf('/')), settings });
  try {
    const answers = { count: 0, hear: (): void => undefined };
    connection.onNotification('textDocument/publishDiagnostics', ({ uri }: { readonly uri: string }) => {
      if (uri === file.uri) answers.hear();
    });
    await connection.sendNotification('workspace/didChangeConfiguration', { settings });
    const next = () =>
      new Promise<void>((done) => {
        answers.hear = done;
      });
    const opened = next();
    await open(connection, { ...file, languageId: 'yaml' });
    await opened;
    const samples: number[] = [];
    for (let count = 0; count < 40; count++) {
      const answer = next();
      const started = performance.now();
      await edit(connection, file, count);
      await answer;
      samples.push(performance.now() - started);
    }
    return quantile(samples.slice(10), 0.95);
  } finally {
    stop();
  }
}
