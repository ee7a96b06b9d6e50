import { LSPErrorCodes, ResponseError, TextEdit } from 'vscode-languageserver/node';
import { hintOf, signatureOf } from '../convertDockerfile.ts';
import type { DockerfileFeatures } from '../dockerfileFeatures.ts';
import type { ManifestFeatures } from '../kindFeatures.ts';
import type { FileAt, ServerContext } from '../serverContext.ts';
import { hintSettings } from '../settings.ts';

type At = FileAt & { readonly dockerfile: DockerfileFeatures };

/** What only Dockerfiles have, and hints and names, which the YAML files have in their own way. */
export function registerDockerfileHandlers(context: ServerContext): void {
  const { connection, session } = context;
  const at = async (uri: string): Promise<At | undefined> => {
    const found = await context.fileAt(uri);
    return found?.features.dockerfile && { ...found, dockerfile: found.features.dockerfile };
  };
  registerNames(context, at);
  connection.onSignatureHelp(async ({ textDocument, position }) => {
    const found = await at(textDocument.uri);
    const help = found?.dockerfile.signature(found.file, position);
    return help ? signatureOf(help) : null;
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
}

function refused(why: string): ResponseError<void> {
  return new ResponseError(LSPErrorCodes.RequestFailed, why);
}

/** Names are found and renamed in Dockerfiles and in the YAML files alike. */
function registerNames({ connection, fileAt }: ServerContext, at: (uri: string) => Promise<At | undefined>): void {
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
