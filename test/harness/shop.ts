import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createWorkspace, type Workspace, type WorkspaceFile } from '../../server/src/core/features/workspace.ts';

/** Standards that the tests of rules and features share. */
export const standardsText = readFileSync(join(import.meta.dirname, '../rules/standards.yaml'), 'utf8');

export const folder = 'file:///shop';
export const dockerfileUri = `${folder}/services/shop/Dockerfile`;
export const today = '2026-11-24';

export interface ShopOptions {
  /** Text of the manifest beside the Dockerfile. */
  readonly manifest?: string;
  /** Top-level keys that replace those of the fixture; `none`: no standards at all. */
  readonly standards?: string;
  readonly files?: readonly WorkspaceFile[];
  readonly today?: string;
}

/** A workspace with the fixture's standards. */
export function shop(options: ShopOptions = {}): Workspace {
  const files: WorkspaceFile[] = [...(options.files ?? [])];
  if (options.standards !== 'none') {
    files.push({ uri: `${folder}/waybill.standards.yaml`, kind: 'standards', text: withKeys(standardsText, options.standards ?? '') });
  }
  if (options.manifest) files.push({ uri: `${folder}/services/shop/waybill.yaml`, kind: 'service', text: options.manifest });
  return createWorkspace({ files, folders: [folder], today: options.today ?? today });
}

/** Puts top-level keys of `changes` in place of those of `text`. */
function withKeys(text: string, changes: string): string {
  const keys = new Set([...changes.matchAll(/^(\w+):/gm)].map((match) => match[1]));
  const kept = text.split(/^(?=\w+:)/m).filter((block) => !keys.has(/^(\w+):/.exec(block)?.[1] ?? ''));
  return kept.join('') + changes;
}
