import type { Failure } from '../state/failure.ts';
import type { Subject, TreeNode } from './node.ts';

/** A row that says that something is on its way. */
export function loadingRow(id: string, label: string): TreeNode {
  return { id, label, icon: 'loading~spin', context: ['loading'], children: [] };
}

/** A row that says what went wrong and offers Retry; a click opens the whole story. */
export function errorRow(id: string, failure: Failure, subject: Subject): TreeNode {
  return {
    id,
    label: failure.message.replace(/\.$/, ''),
    ...failureLook(failure),
    tooltip: () => `${failure.message}\n\n${failure.advice}`,
    context: ['failure', failure.kind],
    subject,
    children: [],
    open: 'waybill.failure.show',
  };
}

function failureLook({ kind }: Failure): Pick<TreeNode, 'icon' | 'tone'> {
  if (kind === 'unreachable') return { icon: 'debug-disconnect', tone: 'attention' };
  if (kind === 'configuration') return { icon: 'circle-slash', tone: 'quiet' };
  return { icon: 'error', tone: 'bad' };
}

/** One word for why an environment shows no services; the row below it has the sentence. */
export function failureWord(failure: Failure): string {
  const words: Partial<Record<Failure['kind'], string>> = {
    configuration: 'not started',
    'wrong-target': 'not the pinned one',
    unauthorized: 'not allowed',
    untrusted: 'not trusted',
  };
  return words[failure.kind] ?? 'not reachable';
}

/** A row of plain words. */
export function quietRow(id: string, label: string): TreeNode {
  return { id, label, icon: 'dash', tone: 'quiet', context: ['empty'], children: [] };
}
