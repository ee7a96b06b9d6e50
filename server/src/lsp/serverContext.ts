import type { Connection } from 'vscode-languageserver/node';
import type { Workspace, WorkspaceFile } from '../core/features/workspace.ts';
import type { Finding } from '../core/rules/rule.ts';
import type { LanguageFeatures } from './kindFeatures.ts';
import type { Features } from './languageFeatures.ts';
import type { Session } from './session.ts';
import type { ShellCheck } from './shellcheck.ts';

/** A document of ours, with the features of its kind and the workspace that it is judged in. */
export interface FileAt {
  readonly file: WorkspaceFile;
  readonly features: LanguageFeatures;
  readonly workspace: Workspace;
}

/** What handlers share. */
export interface ServerContext {
  readonly connection: Connection;
  readonly features: Features;
  readonly shellCheck: ShellCheck;
  /** The user trusts the folders, or does not: whether programs may run and kubeconfigs may be read. */
  trust(trusted: boolean): void;
  session(): Session;
  /** Hovers on schedules need libraries that the start does not wait for. */
  loadSchedules(): Promise<void>;
  /** The newest workspace, once its folders are read. */
  workspace(): Promise<Workspace>;
  /** Undefined for files that are no document of ours. */
  fileAt(uri: string): Promise<FileAt | undefined>;
  /** Our own findings, and those of ShellCheck that are there by now. */
  findings(at: FileAt): readonly Finding[];
}
