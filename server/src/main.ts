/** The language server as a process: `dist/server.js`, spoken to over IPC or stdio. */
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { startServer } from './lsp/server.ts';

startServer(createConnection(ProposedFeatures.all));
