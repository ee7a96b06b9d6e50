import { CodeActionKind, SymbolKind } from 'vscode-languageserver/node';
import type { WorkspaceSymbol } from '../../core/features/workspaceSymbols.ts';
import { listFolder } from '../contextFolder.ts';
import { actionOf, completionOf, hoverOf, linkOf, refactorOf, symbolOf } from '../convert.ts';
import type { ServerContext } from '../serverContext.ts';

const symbolKinds: Readonly<Record<WorkspaceSymbol['kind'], SymbolKind>> = {
  service: SymbolKind.Module,
  image: SymbolKind.Package,
  component: SymbolKind.Property,
  environment: SymbolKind.Namespace,
  pool: SymbolKind.Array,
  release: SymbolKind.Event,
  stage: SymbolKind.Class,
};

/** What every kind of document has: a handler asks the kind once and converts the answer. */
export function registerLanguageHandlers({
  connection,
  features,
  session,
  workspace,
  fileAt,
  findings,
  loadSchedules,
}: ServerContext): void {
  connection.onCompletion(async ({ textDocument, position }) => {
    const at = await fileAt(textDocument.uri);
    const wanted = at?.features.dockerfile?.wantedListing(at.workspace, at.file, position);
    const listing = wanted && (await listFolder(wanted));
    const items = at
      ? at.features.complete(at.workspace, at.file, position, listing).map((item) => completionOf(item, session().pages))
      : [];
    // What follows `FROM` or a slash depends on how much stands there.
    return { isIncomplete: at?.file.kind === 'dockerfile', items };
  });
  connection.onHover(async ({ textDocument, position }) => {
    const at = await fileAt(textDocument.uri);
    if (at?.features.manifest) await loadSchedules();
    const hover = at?.features.hover(at.workspace, at.file, position);
    return hover ? hoverOf(hover, session().pages) : null;
  });
  connection.onDefinition(async ({ textDocument, position }) => {
    const at = await fileAt(textDocument.uri);
    return at ? at.features.define(at.workspace, at.file, position).map(linkOf) : null;
  });
  connection.onReferences(async ({ textDocument, position, context }) => {
    const at = await fileAt(textDocument.uri);
    return at ? at.features.references(at.workspace, at.file, position, context.includeDeclaration).map((place) => ({ ...place })) : null;
  });
  connection.onDocumentSymbol(async ({ textDocument }) => {
    const at = await fileAt(textDocument.uri);
    return at ? at.features.symbols(at.workspace, at.file).map(symbolOf) : [];
  });
  connection.onWorkspaceSymbol(async ({ query }) =>
    features.symbols(await workspace(), query).map(({ name, kind, container, location }) => ({
      name,
      kind: symbolKinds[kind],
      containerName: container,
      location: { ...location },
    })),
  );
  connection.onFoldingRanges(async ({ textDocument }) => {
    const at = await fileAt(textDocument.uri);
    return at?.features.folding(at.workspace, at.file)?.map((range) => ({ ...range })) ?? null;
  });
  connection.onCodeAction(async ({ textDocument, range, context }) => {
    const at = await fileAt(textDocument.uri);
    if (!at) return [];
    const wants = (kind: string) => !context.only || context.only.some((only) => kind === only || kind.startsWith(`${only}.`));
    const quick = wants(CodeActionKind.QuickFix) ? at.features.fixes(at.workspace, at.file, findings(at), range) : [];
    const all = context.only && wants('source.fixAll.waybill') ? at.features.fixAll(at.workspace, at.file) : undefined;
    const refactors = at.features.manifest?.refactors(at.workspace, at.file, range).filter(({ kind }) => wants(kind)) ?? [];
    return [
      ...[...quick, ...(all ? [all] : [])].map((action) => actionOf(action, textDocument.uri, session().pages)),
      ...refactors.map((refactor) => refactorOf(refactor, textDocument.uri)),
    ];
  });
}
