import { type Connection, LSPErrorCodes, ResponseError, TextEdit } from 'vscode-languageserver/node';
import { existing } from '../contextFolder.ts';
import { highlightOf, hintOf, lensOf, selectionOf, signatureOf, tokensOf } from '../convertDockerfile.ts';
import type { DockerfileFeatures } from '../dockerfileFeatures.ts';
import type { ManifestFeatures } from '../languageFeatures.ts';
import type { FileAt, ServerContext } from '../serverContext.ts';
import { hintSettings } from '../settings.ts';

type At = FileAt & { readonly dockerfile: DockerfileFeatures };

/** What only Dockerfiles have; other documents answer nothing. */
export function registerDockerfileHandlers(context: ServerContext): void {
  const { connection, session } = context;
  const at = async (uri: string): Promise<At | undefined> => {
    const found = await context.fileAt(uri);
    return found?.features.dockerfile && { ...found, dockerfile: found.features.dockerfile };
  };
  registerNames(context, at);
  registerFormatting(connection, at);
  connection.onSignatureHelp(async ({ textDocument, position }) => {
    const found = await at(textDocument.uri);
    const help = found?.dockerfile.signature(found.file, position);
    return help ? signatureOf(help) : null;
  });
  connection.onSelectionRanges(async ({ textDocument, positions }) => {
    const found = await at(textDocument.uri);
    return found ? positions.map((position) => selectionOf(found.dockerfile.selection(found.file, position), position)) : null;
  });
  connection.languages.inlayHint.on(async ({ textDocument, range }) => {
    const any = await context.fileAt(textDocument.uri);
    const manifest = any?.features.manifest;
    if (any && manifest) return manifest.hints(any.workspace, any.file, range).map(hintOf);
    const found = await at(textDocument.uri);
    return found
      ? found.dockerfile.hints(found.workspace, found.file, range, await hintSettings(connection, session(), textDocument.uri)).map(hintOf)
      : null;
  });
  connection.onCodeLens(async ({ textDocument }) => {
    const found = await at(textDocument.uri);
    return found ? found.dockerfile.lenses(found.workspace, found.file).map((lens) => lensOf(lens, textDocument.uri)) : [];
  });
  connection.onDocumentLinks(async ({ textDocument }) => {
    const found = await at(textDocument.uri);
    if (!found) return null;
    const links = await Promise.all(
      found.dockerfile.links(found.workspace, found.file).map(async (link) => ((await existing(link)) ? link : undefined)),
    );
    return links.filter((link) => link !== undefined).map(({ range, target, tooltip }) => ({ range, target, tooltip }));
  });
  connection.languages.semanticTokens.on(async ({ textDocument }) => {
    const found = await at(textDocument.uri);
    return tokensOf(found?.dockerfile.tokens(found.file) ?? []);
  });
  connection.languages.semanticTokens.onRange(async ({ textDocument, range }) => {
    const found = await at(textDocument.uri);
    return tokensOf(found?.dockerfile.tokens(found.file, range) ?? []);
  });
}

function refused(why: string): ResponseError<void> {
  return new ResponseError(LSPErrorCodes.RequestFailed, why);
}

/** Names are found and renamed in Dockerfiles and in the YAML files alike. */
function registerNames({ connection, fileAt }: ServerContext, at: (uri: string) => Promise<At | undefined>): void {
  connection.onDocumentHighlight(async ({ textDocument, position }) => {
    const found = await at(textDocument.uri);
    return found ? found.dockerfile.highlights(found.workspace, found.file, position).map(highlightOf) : null;
  });
  connection.onPrepareRename(async ({ textDocument, position }) => {
    const any = await fileAt(textDocument.uri);
    if (any?.features.manifest) return any.features.manifest.nameAt(any.workspace, any.file, position)?.range ?? null;
    const found = await at(textDocument.uri);
    const target = found?.dockerfile.renameTarget(found.workspace, found.file, position);
    if (!target) return null;
    return 'refusal' in target ? refused(target.refusal) : { ...target };
  });
  connection.onRenameRequest(async ({ textDocument, position, newName }) => {
    const any = await fileAt(textDocument.uri);
    if (any?.features.manifest) return renamed(any.features.manifest.rename(any.workspace, any.file, position, newName));
    const found = await at(textDocument.uri);
    const answer = found?.dockerfile.rename(found.workspace, found.file, position, newName);
    if (!answer) return null;
    if ('refusal' in answer) return refused(answer.refusal);
    const changes = { [textDocument.uri]: answer.edits.map(({ range, text }) => TextEdit.replace(range, text)) };
    for (const { uri, range } of answer.elsewhere) changes[uri] = [...(changes[uri] ?? []), TextEdit.replace(range, newName)];
    return { changes };
  });
}

function renamed(answer: ReturnType<ManifestFeatures['rename']>) {
  if (!answer) return null;
  if ('refusal' in answer) return refused(answer.refusal);
  const changes = Object.fromEntries(
    [...answer.edits].map(([uri, edits]) => [uri, edits.map(({ range, text }) => TextEdit.replace(range, text))]),
  );
  return { changes };
}

function registerFormatting(connection: Connection, at: (uri: string) => Promise<At | undefined>): void {
  const converted = (edits: ReturnType<DockerfileFeatures['format']> | undefined) =>
    edits?.map(({ range, text }) => TextEdit.replace(range, text)) ?? null;
  connection.onDocumentFormatting(async ({ textDocument, options }) => {
    const found = await at(textDocument.uri);
    return converted(found?.dockerfile.format(found.file, options));
  });
  connection.onDocumentRangeFormatting(async ({ textDocument, range, options }) => {
    const found = await at(textDocument.uri);
    return converted(found?.dockerfile.format(found.file, options, range));
  });
  connection.onDocumentOnTypeFormatting(async ({ textDocument, position, options }) => {
    const found = await at(textDocument.uri);
    return converted(found?.dockerfile.formatNewLine(found.file, position, options));
  });
}
