import type { Range } from '../../../protocol.ts';
import { memoryBytes, memoryText } from '../../service/amounts.ts';
import { type ScalarNode, textAt, valueAt, type YamlNode } from '../../yaml/tree.ts';
import type { ManifestContext, ManifestRule } from '../manifestContext.ts';
import { perEnvironment } from '../perEnvironment.ts';
import type { Report } from '../rule.ts';

/** Variables that start scripts and the JDK itself read options from. */
const variables = ['JAVA_OPTS', 'JAVA_TOOL_OPTIONS', 'JDK_JAVA_OPTIONS', 'CATALINA_OPTS', '_JAVA_OPTIONS', 'JAVA_OPTIONS'];

/** The heap leaves room for what a JVM needs besides it. */
export const rule: ManifestRule = {
  summary: 'The Java heap (`-Xmx`, `-XX:MaxRAMPercentage`) leaves a fifth of the memory limit to the rest of the process.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, ({ tree }) => {
      const limit = valueAt(tree, 'resources', 'limits', 'memory');
      const bytes = memoryBytes(textAt(limit) ?? '');
      if (!limit || bytes === undefined) return [];
      return variables.flatMap((name) => {
        const node = valueAt(tree, 'env', name);
        return node?.kind === 'scalar' ? judge(context, node, limit, bytes) : [];
      });
    }),
};

function judge({ yaml }: ManifestContext, node: ScalarNode, limit: YamlNode, bytes: number): readonly Report[] {
  const written = yaml.text.slice(yaml.index.offsetAt(node.range.start), yaml.index.offsetAt(node.range.end));
  const at = (option: RegExpExecArray): Range => {
    const start = yaml.index.offsetAt(node.range.start) + option.index;
    return yaml.index.range(start, start + option[0].length);
  };
  const heap = /-Xmx(\d+)([kKmMgGtT])?\b/.exec(written);
  if (heap) {
    const size = Number(heap[1]) * unit(heap[2]);
    if (size <= bytes * 0.8) return [];
    const fits = `-Xmx${Math.floor((bytes * 0.75) / 2 ** 20)}m`;
    const over = size >= bytes;
    return [
      {
        range: at(heap),
        message: over
          ? `The heap (\`${heap[0]}\`) is as large as the memory limit (\`${textAt(limit)}\`): the kernel kills the process before the heap is full.`
          : `The heap (\`${heap[0]}\`) takes more than four fifths of the memory limit (\`${textAt(limit)}\`): threads, classes and buffers need the rest.`,
        severity: over ? 'error' : 'warning',
        fixes: [
          { title: `Change to \`${fits}\``, edits: [{ range: at(heap), text: fits }], preview: true },
          {
            title: `Raise the limit to ${memoryText(size / 0.75)}`,
            edits: [{ range: limit.range, text: memoryText(size / 0.75) }],
            preview: true,
          },
        ],
      },
    ];
  }
  const share = /-XX:MaxRAMPercentage=(\d+(?:\.\d+)?)/.exec(written);
  if (!share || Number(share[1]) <= 80) return [];
  return [
    {
      range: at(share),
      message: `The heap takes ${share[1]} % of the memory limit: threads, classes and buffers need a fifth at least.`,
      fixes: [{ title: 'Change to 75 %', edits: [{ range: at(share), text: '-XX:MaxRAMPercentage=75' }], preview: true }],
    },
  ];
}

function unit(letter: string | undefined): number {
  return { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 }[letter?.toLowerCase() ?? ''] ?? 1;
}
