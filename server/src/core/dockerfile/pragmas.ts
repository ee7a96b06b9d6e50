import type { Comment, Dockerfile } from './model.ts';

export type Layer = 'os' | 'base' | 'app';

/** `# waybill ignore=…` and `# hadolint ignore=…`: what is not to be reported, and where. */
export interface Suppression {
  readonly comment: Comment;
  readonly scope: 'instruction' | 'stage' | 'file';
  /** Rule ids, `category/*`, or a peer's ids. */
  readonly rules: readonly string[];
  readonly peer: boolean;
  readonly reason: string;
}

export interface Pragmas {
  /** `# waybill layer=…` */
  readonly layer?: Layer;
  readonly suppressions: readonly Suppression[];
}

const layerPattern = /^waybill\s+layer\s*=\s*(os|base|app)\b/i;
const ignorePattern = /^(waybill|hadolint)\s+(?:(stage|file|global)\s+)?ignore\s*=\s*([\w/*-]+(?:\s*,\s*[\w/*-]+)*)\s*(.*)$/i;

/** Reads the comments that talk to linters. */
export function readPragmas(file: Dockerfile): Pragmas {
  const layers = file.comments.flatMap((comment) => layerPattern.exec(comment.text)?.[1]?.toLowerCase() ?? []);
  const layer = layers.find((name) => name === 'os' || name === 'base' || name === 'app');
  const suppressions = file.comments.flatMap((comment) => suppressionOf(comment) ?? []);
  return { suppressions, ...(layer ? { layer } : {}) };
}

function suppressionOf(comment: Comment): Suppression | undefined {
  const match = ignorePattern.exec(comment.text);
  if (!match) return undefined;
  const [, tool = '', scope, rules = '', reason = ''] = match;
  return {
    comment,
    scope: scope === undefined ? 'instruction' : scope.toLowerCase() === 'stage' ? 'stage' : 'file',
    rules: rules.split(',').map((rule) => rule.trim()),
    peer: tool.toLowerCase() === 'hadolint',
    reason: reason.trim(),
  };
}

/** True when `pattern` (an id or `category/*`) names the rule. */
export function namesRule(pattern: string, rule: string): boolean {
  return pattern === rule || pattern === '*' || (pattern.endsWith('/*') && rule.startsWith(pattern.slice(0, -1)));
}
