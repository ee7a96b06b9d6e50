import { setImmediate as turn } from 'node:timers/promises';
import { DocumentDiagnosticReportKind } from 'vscode-languageserver/node';
import { diagnosticOf } from '../convert.ts';
import type { ServerContext } from '../serverContext.ts';

/** Answers pulls; gives back the function that pushes what a document has to an editor that cannot pull. */
export function registerDiagnosticHandlers({ connection, session, fileAt, findings }: ServerContext): (uri: string) => Promise<void> {
  const diagnosticsOf = async (uri: string) => {
    const at = await fileAt(uri);
    return (at ? findings(at) : []).map((finding) => diagnosticOf(finding, session().pages));
  };
  connection.languages.diagnostics.on(async ({ textDocument }, token) => {
    // Edits that are already waiting are taken first: then this answer would be stale.
    await turn();
    if (token.isCancellationRequested) return { kind: DocumentDiagnosticReportKind.Full, items: [] };
    return { kind: DocumentDiagnosticReportKind.Full, items: await diagnosticsOf(textDocument.uri) };
  });
  return async (uri) => connection.sendDiagnostics({ uri, diagnostics: await diagnosticsOf(uri) });
}
