import { parseYaml } from '../../yaml/parse.ts';
import { entriesAt, itemsAt, textAt, textMapAt, valueAt, type YamlNode } from '../../yaml/tree.ts';

/** One object of a file. */
export interface KubernetesObject {
  readonly kind: string;
  readonly name: string;
  /** `Deployment/web`. */
  readonly path: string;
  readonly node: YamlNode;
}

const mostDocuments = 500;

/** What is wrong with a text as YAML, as a sentence. */
export interface Unreadable {
  readonly problem: string;
}

/** The documents of a file, each with the positions that it has in the whole text. */
export function yamlDocuments(text: string): readonly YamlNode[] | Unreadable {
  const parts = documentTexts(text);
  if (parts.length > mostDocuments)
    return { problem: `This file has ${parts.length} documents; at most ${mostDocuments} are read. Split it.` };
  const files = parts.map((part) => parseYaml(part));
  for (const { problems } of files) {
    const fatal = problems.find((problem) => problem.fatal);
    if (fatal) {
      const isTemplate = fatal.message.includes('template');
      const message = isTemplate
        ? 'It is a template. Fill it in first, with `helm template` or what it is for, and import the result.'
        : fatal.message;
      return { problem: `Line ${fatal.range.start.line + 1}: ${message}` };
    }
  }
  return files.flatMap(({ root }) => root ?? []);
}

/** Each document with as many empty lines before it as there are lines above it. */
function documentTexts(text: string): readonly string[] {
  const lines = text.split('\n');
  const starts = lines.flatMap((line, i) => (/^---(?:\s|$)/.test(line) ? [i] : []));
  const cuts = [...(starts[0] === 0 ? [] : [-1]), ...starts];
  return cuts.map((cut, i) => {
    const end = cuts[i + 1] ?? lines.length;
    const head = cut < 0 ? '' : (lines[cut] ?? '').replace(/^---/, '   ');
    const rest = lines.slice(cut + 1, end).map((line) => (/^\.\.\.\s*$/.test(line) ? '' : line));
    return cut < 0 ? rest.join('\n') : `${'\n'.repeat(cut)}${[head, ...rest].join('\n')}`;
  });
}

/** The objects of the documents, those of lists included. */
export function kubernetesObjects(documents: readonly YamlNode[]): readonly KubernetesObject[] {
  return documents.flatMap((node): readonly KubernetesObject[] => {
    const kind = textAt(node, 'kind');
    if (!kind || textAt(node, 'apiVersion') === undefined) return [];
    if (kind.endsWith('List') && valueAt(node, 'items')) return kubernetesObjects(itemsAt(node, 'items'));
    const name = textAt(node, 'metadata', 'name') ?? textAt(node, 'metadata', 'generateName') ?? '';
    return [{ kind, name, path: `${kind}/${name}`, node }];
  });
}

/** True when a label selector chooses these labels. An empty one chooses nothing here. */
export function selects(selector: YamlNode | undefined, labels: Readonly<Record<string, string>>): boolean {
  const wanted = entriesAt(selector).flatMap(({ key, value }) => (textAt(value) === undefined ? [] : [[key, textAt(value)] as const]));
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

/** The labels of a workload's pods. */
export function podLabels(workload: YamlNode): Readonly<Record<string, string>> {
  return textMapAt(workload, 'spec', 'template', 'metadata', 'labels');
}
