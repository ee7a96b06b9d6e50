import { TextEdit } from 'vscode-languageserver/node';
import type { TextEdit as CoreEdit } from '../../core/text/edits.ts';
import { existing } from '../contextFolder.ts';
import { highlightOf, lensOf, selectionOf, tokensOf } from '../convertDockerfile.ts';
import type { EditingFeatures } from '../editingFeatures.ts';
import type { FileAt, ServerContext } from '../serverContext.ts';

type At = FileAt & { readonly editing: EditingFeatures };

/** What Dockerfiles and YAML files have alike; other documents answer nothing. */
export function registerEditingHandlers(context: ServerContext): void {
  const { connection } = context;
  const at = async (uri: string): Promise<At | undefined> => {
    const found = await context.fileAt(uri);
    return found?.features.editing && { ...found, editing: found.features.editing };
  };
  registerFormatting(context, at);
  connection.onDocumentHighlight(async ({ textDocument, position }) => {
    const found = await at(textDocument.uri);
    return found ? found.editing.highlights(found.workspace, found.file, position).map(highlightOf) : null;
  });
  connection.onSelectionRanges(async ({ textDocument, positions }) => {
    const found = await at(textDocument.uri);
    return found
      ? positions.map((position) => selectionOf(found.editing.selection(found.workspace, found.file, position), position))
      : null;
  });
  connection.onCodeLens(async ({ textDocument }) => {
    const found = await at(textDocument.uri);
    return found ? found.editing.lenses(found.workspace, found.file).map((lens) => lensOf(lens, textDocument.uri)) : [];
  });
  connection.onDocumentLinks(async ({ textDocument }) => {
    const found = await at(textDocument.uri);
    if (!found) return null;
    const links = await Promise.all(
      found.editing.links(found.workspace, found.file).map(async (link) => ((await existing(link)) ? link : undefined)),
    );
    return links.filter((link) => link !== undefined).map(({ range, target, tooltip }) => ({ range, target, tooltip }));
  });
  connection.languages.semanticTokens.on(async ({ textDocument }) => {
    const found = await at(textDocument.uri);
    return tokensOf(found?.editing.tokens(found.workspace, found.file) ?? []);
  });
  connection.languages.semanticTokens.onRange(async ({ textDocument, range }) => {
    const found = await at(textDocument.uri);
    return tokensOf(found?.editing.tokens(found.workspace, found.file, range) ?? []);
  });
}

function registerFormatting({ connection }: ServerContext, at: (uri: string) => Promise<At | undefined>): void {
  const converted = (edits: readonly CoreEdit[] | undefined) => edits?.map(({ range, text }) => TextEdit.replace(range, text)) ?? null;
  connection.onDocumentFormatting(async ({ textDocument, options }) => {
    const found = await at(textDocument.uri);
    return converted(found?.editing.format(found.workspace, found.file, options));
  });
  connection.onDocumentRangeFormatting(async ({ textDocument, range, options }) => {
    const found = await at(textDocument.uri);
    return converted(found?.editing.format(found.workspace, found.file, options, range));
  });
  connection.onDocumentOnTypeFormatting(async ({ textDocument, position, options }) => {
    const found = await at(textDocument.uri);
    return converted(found?.editing.formatNewLine(found.workspace, found.file, position, options));
  });
}
