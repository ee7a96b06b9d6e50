import type { AppState } from '../state/appState.ts';
import type { Subject, TreeNode } from '../tree/node.ts';

const fields = [
  'service',
  'environment',
  'release',
  'instance',
  'digest',
  'tag',
  'builder',
  'build',
  'image',
  'component',
  'file',
  'forward',
] as const;

/**
 * What a command was invoked on: a row (by its id, or its `subject`), the argument of a code lens, a file (editor title, explorer) or
 * nothing (palette): then it is the service of the file in the active editor, if it is one's manifest or Dockerfile.
 */
export function subjectOf(
  parameters: readonly unknown[],
  state: AppState,
  row: (id: string) => TreeNode | undefined,
  activeFile?: string,
): Subject {
  const first = parameters[0];
  if (first === undefined) return activeFile ? subjectOfFile(activeFile, state) : {};
  if (typeof first === 'string') return row(first)?.subject ?? {};
  if (typeof first !== 'object' || first === null) return {};
  if ('subject' in first && typeof first.subject === 'object' && first.subject !== null) return namesOf(first.subject);
  if ('scheme' in first && 'fsPath' in first) return subjectOrFile(String(first), state);
  return namesOf(first);
}

function subjectOrFile(uri: string, state: AppState): Subject {
  const found = subjectOfFile(uri, state);
  return found.service ? found : { file: uri };
}

function namesOf(value: object): Subject {
  const entries = Object.entries(value).filter(([name, text]) => typeof text === 'string' && fields.some((field) => field === name));
  return Object.fromEntries(entries);
}

/** The service whose manifest or Dockerfile the file is. */
export function subjectOfFile(uri: string, state: AppState): Subject {
  const load = state.model.store.get();
  if (load.state !== 'ready') return {};
  const plain = decodeURIComponent(uri);
  const found = load.value.services.find((service) =>
    [service.location.uri, service.dockerfileUri].some((candidate) => decodeURIComponent(candidate) === plain),
  );
  return found ? { service: found.id } : {};
}
