import type { ImportAnswer, ImportedService, ImportParams, ImportRefusal } from '../../../protocol.ts';
import { baseName, relativePath } from '../../text/uris.ts';
import { fileKind, type Workspace } from '../workspace.ts';
import { composeChoices, importCompose, isCompose } from './compose.ts';
import { importDockerfile } from './dockerfile.ts';
import { importKubernetes, isKubernetes, kubernetesChoices } from './kubernetes.ts';
import { kubernetesObjects, yamlDocuments } from './kubernetesObjects.ts';
import { collectNotes } from './notes.ts';
import { importReport } from './report.ts';

/** Manifests for what a Dockerfile, a Compose file or Kubernetes objects describe, with a report of what did not carry over. */
export function importFile(workspace: Workspace, { uri, text, services }: ImportParams): ImportAnswer | ImportRefusal {
  if (fileKind(uri) === 'dockerfile')
    return answer(workspace, uri, 'Dockerfile', [], importDockerfile(workspace, uri, text), collectNotes());
  if (fileKind(uri) !== 'other') return { problem: `\`${baseName(uri)}\` is a file of Waybill already.` };
  const documents = yamlDocuments(text);
  if ('problem' in documents) return { problem: `\`${baseName(uri)}\` cannot be read. ${documents.problem}` };
  const root = documents.length === 1 ? documents[0] : undefined;
  const notes = collectNotes();
  if (root && isCompose(root)) {
    const input = { workspace, uri, root };
    const choices = composeChoices(input);
    return answer(workspace, uri, 'Compose', choices, importCompose(input, wanted(choices, services), notes), notes);
  }
  // A value in double braces reads as an empty map.
  if (/^[^#"'|\n]*(?:[:-]\s+|^\s*)\{\{/m.test(text))
    return {
      problem: `\`${baseName(uri)}\` is a template. Fill it in first, with \`helm template\` or what it is for, and import the result.`,
    };
  const objects = kubernetesObjects(documents);
  if (!isKubernetes(objects)) return { problem: nothingIn(uri, objects) };
  const input = { workspace, uri, objects };
  const choices = kubernetesChoices(input);
  return answer(workspace, uri, 'Kubernetes', choices, importKubernetes(input, wanted(choices, services), notes), notes);
}

function nothingIn(uri: string, objects: readonly { readonly kind: string }[]): string {
  const kinds = [...new Set(objects.map(({ kind }) => kind))];
  const held = kinds.length > 0 ? ` It holds ${kinds.map((kind) => `\`${kind}\``).join(', ')}.` : '';
  return `\`${baseName(uri)}\` describes no service: it is no Dockerfile, no Compose file with \`services\`, and has no Deployment, StatefulSet or DaemonSet.${held}`;
}

function wanted(choices: ImportAnswer['choices'], names: readonly string[] | undefined): readonly string[] {
  if (names) return names;
  const own = choices.filter((choice) => choice.own);
  return (own.length > 0 ? own : choices).map(({ name }) => name);
}

function answer(
  workspace: Workspace,
  uri: string,
  source: ImportAnswer['source'],
  choices: ImportAnswer['choices'],
  services: readonly ImportedService[],
  notes: ReturnType<typeof collectNotes>,
): ImportAnswer {
  const shown = (target: string) => workspace.folders.flatMap((folder) => relativePath(folder, target) ?? [])[0] ?? baseName(target);
  return { source, choices, services, notes: notes.all(), report: importReport(uri, services, notes.all(), shown) };
}
