import { itemsAt, numberAt, textAt, valueAt } from '../../yaml/tree.ts';
import { type DockerfileFacts, dockerfileFacts } from '../dockerfileFacts.ts';
import type { ManifestContext, ManifestRule } from '../manifestContext.ts';
import { addItem, fixOf } from '../manifestEdits.ts';
import type { Report } from '../rule.ts';

/** The ports of the manifest are those that the image says it listens on. */
export const rule: ManifestRule = {
  summary: '`ports` of the manifest and EXPOSE of the Dockerfile (or the base image’s ports) name the same ports.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['service'],
  check(context) {
    const facts = dockerfileFacts(context);
    if (!facts) return [];
    const own = exposed(facts);
    const inherited = facts.image?.config?.ports ?? [];
    const said = [...own.map(({ port }) => port), ...inherited];
    if (said.length === 0) return [];
    return [...unknownPorts(context, said), ...unlistedPorts(context, facts, own)];
  },
};

interface Exposed {
  readonly port: number;
  readonly start: number;
  readonly end: number;
}

/** Words with variables and ranges are passed over. */
function exposed(facts: DockerfileFacts): readonly Exposed[] {
  const words = facts.stages.flatMap((stage) => stage.instructions).flatMap((one) => (one.kind === 'EXPOSE' ? one.words : []));
  return words.flatMap((word) => {
    const port = /^(\d+)(?:\/tcp)?$/i.exec(word.value)?.[1];
    return port === undefined ? [] : [{ port: Number(port), start: word.start, end: word.end }];
  });
}

function unknownPorts({ yaml }: ManifestContext, said: readonly number[]): readonly Report[] {
  const items = itemsAt(yaml.root, 'ports');
  const listed = items.flatMap((item) => numberAt(item, 'port') ?? []);
  const free = [...new Set(said)].filter((port) => !listed.includes(port));
  return items.flatMap((item) => {
    const node = valueAt(item, 'port');
    const port = numberAt(node);
    // A variable tells the process its port: it listens where the manifest says.
    if (!node || port === undefined || said.includes(port) || valueAt(item, 'env') || textAt(item, 'protocol') === 'udp') return [];
    const [only] = free.length === 1 ? free : [];
    return [
      {
        range: node.range,
        message: `The image says that it listens on ${said.map((one) => `\`${one}\``).join(', ')}, not on \`${port}\`: requests would be refused. Change it, or add \`EXPOSE ${port}\` to the Dockerfile.`,
        fixes:
          only === undefined ? [] : [{ title: `Change to ${only}`, edits: [{ range: node.range, text: String(only) }], preview: true }],
      },
    ];
  });
}

/** Only what the service's own Dockerfile exposes: a base image may offer more than a service uses. */
function unlistedPorts({ yaml, service }: ManifestContext, { file }: DockerfileFacts, own: readonly Exposed[]): readonly Report[] {
  const list = valueAt(yaml.root, 'ports');
  const listed = itemsAt(list).flatMap((item) => numberAt(item, 'port') ?? []);
  const missing = own.filter(({ port }) => !listed.includes(port));
  const strangers = itemsAt(list).some((item) => {
    const port = numberAt(item, 'port');
    return port !== undefined && !own.some((one) => one.port === port);
  });
  if (!service || strangers) return [];
  return missing.map(({ port, start, end }) => ({
    range: list?.range ?? service.nameRange,
    message: `The Dockerfile exposes \`${port}\`, and \`ports\` does not have it: nothing can reach it.`,
    severity: 'info' as const,
    related: [{ location: { uri: file.uri, range: file.index.range(start, end) }, message: 'It is exposed here' }],
    fixes: list?.kind === 'list' ? fixOf(`Add port ${port}`, addItem(yaml, list, `{ name: port-${port}, port: ${port} }`), true) : [],
  }));
}
