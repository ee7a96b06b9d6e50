/** The half of the CLI that knows files: the core, and what reads a workspace from the disk. Loaded when a command needs it. */
export { createWorkspace } from '../../../server/src/core/features/workspace.ts';
export { coreDocuments } from './documents.ts';
export { explainRule } from './lint/explain.ts';
export { formatReport } from './lint/formats.ts';
export { findingsOf } from './lint/judge.ts';
export { ruleLines, rulesNamed, ruleTable } from './lint/ruleList.ts';
export { lintPaths } from './lintFindings.ts';
export { loadWorkspace } from './workspaceFiles.ts';
