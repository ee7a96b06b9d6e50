import type { Connection } from 'vscode-languageserver/node';
import type { HintSettings } from '../core/features/hintsDockerfile.ts';
import type { Session } from './session.ts';

/** The settings `waybill.inlayHints.*` of the editor for a document; what it said at the start where it cannot be asked. */
export async function hintSettings(connection: Connection, { configures, hints }: Session, uri: string): Promise<HintSettings> {
  if (!configures) return hints;
  const answer: unknown = await connection.workspace
    .getConfiguration({ scopeUri: uri, section: 'waybill.inlayHints' })
    .catch(() => undefined);
  const said =
    typeof answer === 'object' && answer !== null ? new Map<string, unknown>(Object.entries(answer)) : new Map<string, unknown>();
  const flag = (name: keyof HintSettings) => {
    const value = said.get(name);
    return typeof value === 'boolean' ? value : hints[name];
  };
  return { user: flag('user'), workdir: flag('workdir'), arguments: flag('arguments'), layer: flag('layer') };
}
