/** Names of the contexts in the user's kubeconfigs, for completion. Nothing else of the files is kept, and no cluster is asked. */
import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parseYaml } from '../core/yaml/parse.ts';
import { itemsAt, textAt } from '../core/yaml/tree.ts';

/** Larger files are no kubeconfigs that people write. Bytes. */
const largest = 2_000_000;

export interface KubeContexts {
  /** In a folder that is not trusted nothing is read. */
  trust(trusted: boolean): void;
  /** In the order of the files, each once; files are read again when they have changed. */
  names(): readonly string[];
}

/** Reads the files of `KUBECONFIG`, else `~/.kube/config`. https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig */
export function kubeContexts(environment: NodeJS.ProcessEnv = process.env): KubeContexts {
  const known = new Map<string, { readonly stamp: string; readonly names: readonly string[] }>();
  let isTrusted = false;
  return {
    trust(trusted) {
      isTrusted = trusted;
    },
    names() {
      if (!isTrusted) return [];
      const files = environment.KUBECONFIG ? environment.KUBECONFIG.split(delimiter).filter(Boolean) : [join(homedir(), '.kube', 'config')];
      return [...new Set(files.flatMap((file) => namesIn(file, known)))];
    },
  };
}

function namesIn(file: string, known: Map<string, { readonly stamp: string; readonly names: readonly string[] }>): readonly string[] {
  try {
    const { size, mtimeMs, ino } = statSync(file);
    if (size > largest) return [];
    const stamp = `${ino} ${size} ${mtimeMs}`;
    const before = known.get(file);
    if (before?.stamp === stamp) return before.names;
    const { root } = parseYaml(readFileSync(file, 'utf8'));
    const names = itemsAt(root, 'contexts').flatMap((item) => textAt(item, 'name') ?? []);
    known.set(file, { stamp, names });
    return names;
  } catch {
    // A kubeconfig that is not there or not readable offers nothing; whoever connects is told.
    return [];
  }
}
