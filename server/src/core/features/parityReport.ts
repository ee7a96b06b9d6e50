import type { ParityAnswer, ParityDifference, ParityParams, ServiceParity } from '../../protocol.ts';
import { type ParityField, parityOf } from '../environments/parity.ts';
import type { ServiceManifest } from '../service/parse.ts';
import { looksLikeSecret, namesSecret } from '../service/secretWords.ts';
import { optional } from '../text/optional.ts';
import { baseName } from '../text/uris.ts';
import { itemsAt, plain, textAt, type YamlNode } from '../yaml/tree.ts';
import { productEnvironments, type Workspace } from './workspace.ts';

/** Every service in every environment that mirrors another one, field by field. */
export function parityReport(workspace: Workspace, { service: wanted }: ParityParams): ParityAnswer {
  const services = workspace.services
    .filter(({ id, name }) => name !== '' && (wanted === undefined || wanted === id))
    .flatMap((service) => parities(workspace, service));
  return { services, ...report(services) };
}

function parities(workspace: Workspace, service: ServiceManifest): readonly ServiceParity[] {
  const file = workspace.environmentsFor(service.uri);
  const names = productEnvironments(workspace, service).map(({ name }) => name);
  if (names.length === 0) return [];
  return itemsAt(file?.root, 'environments').flatMap((item): ServiceParity[] => {
    const [mirror, model] = [textAt(item, 'name'), textAt(item, 'mirrors')];
    if (!mirror || !model || !names.includes(mirror) || !names.includes(model)) return [];
    const [own, other] = [workspace.merged(service, mirror), workspace.merged(service, model)];
    if (!own || !other) return [];
    const fields = parityOf(own, other);
    const pattern = workspace.standardsFor(service.uri)?.policy.secretNamePattern;
    const differences = fields.flatMap((field) => differenceOf(service, field, pattern) ?? []);
    return [{ service: service.id, mirror, model, same: fields.length - differences.length, differences }];
  });
}

function differenceOf(service: ServiceManifest, field: ParityField, pattern: string | undefined): ParityDifference | undefined {
  const place = field.model ?? field.mirror;
  if (field.state === 'same' || !place) return undefined;
  const shown = (node: YamlNode | undefined) => (node ? valueText(field.path, node, pattern) : undefined);
  return {
    path: field.path,
    state: field.state,
    ...optional('mirror', shown(field.mirror)),
    ...optional('model', shown(field.model)),
    ...optional('ratio', field.ratio),
    location: { uri: service.uri, range: place.range },
  };
}

/** A value as one line; what may be a secret by mistake is not repeated. */
function valueText(path: string, node: YamlNode, pattern: string | undefined): string {
  const text = node.kind === 'scalar' ? (textAt(node) ?? 'null') : JSON.stringify(plain(node));
  const name = path.slice(path.lastIndexOf('.') + 1);
  const secret = node.kind === 'scalar' && (looksLikeSecret(text) || (path.startsWith('env.') && namesSecret(name, pattern)));
  if (secret) return '(hidden)';
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

const titles: readonly (readonly [string, readonly ParityDifference['state'][]])[] = [
  ['On one side only', ['missing', 'extra']],
  ['Different', ['different']],
  ['Amounts', ['amount']],
  ['Different as expected', ['expected']],
];

/** A line of the report, with the place that it is about. */
interface Line {
  readonly text: string;
  readonly difference?: ParityDifference;
}

/** The report as Markdown that reads well as plain text, each line of a difference with the place where it is written. */
function report(services: readonly ServiceParity[]): Pick<ParityAnswer, 'text' | 'origins'> {
  const lines: readonly Line[] = [
    { text: '# Parity' },
    ...(services.length === 0
      ? none
      : [...services.filter(({ differences }) => differences.length > 0).flatMap(serviceLines), ...quiet(services)]),
  ];
  return {
    text: `${lines.map(({ text }) => text).join('\n')}\n`,
    origins: lines.flatMap(({ difference }, line) => {
      if (!difference) return [];
      const { location } = difference;
      return [{ line, from: [{ location, message: `\`${baseName(location.uri)}:${location.range.start.line + 1}\`` }] }];
    }),
  };
}

/** Services without any difference, in one line for each pair of environments. */
function quiet(services: readonly ServiceParity[]): readonly Line[] {
  const byPair = new Map<string, string[]>();
  for (const { service, mirror, model, differences } of services) {
    if (differences.length > 0) continue;
    const pair = `${mirror} and ${model}`;
    byPair.set(pair, [...(byPair.get(pair) ?? []), `\`${service}\``]);
  }
  return [...byPair].flatMap(([pair, names]) => [{ text: '' }, { text: `The same in ${pair}: ${names.join(', ')}.` }]);
}

const none: readonly Line[] = [
  { text: '' },
  { text: 'No environment mirrors another one. Write `mirrors: production` under the environment that stands for it.' },
];

function serviceLines({ service, mirror, model, same, differences }: ServiceParity): readonly Line[] {
  const loud = differences.filter(({ state }) => state !== 'expected').length;
  const rest = loud === 0 ? 'nothing else needs a look' : loud === 1 ? 'one needs a look' : `${loud} need a look`;
  const lists = titles.flatMap(([title, states]): readonly Line[] => {
    const rows = differences.filter(({ state }) => states.includes(state));
    if (rows.length === 0) return [];
    const width = Math.max(...rows.map(({ path }) => path.length)) + 3;
    return [
      { text: '' },
      { text: `### ${title}` },
      { text: '' },
      ...rows.map((difference) => ({ text: row(difference, { mirror, model, width }), difference })),
    ];
  });
  return [
    { text: '' },
    { text: `## ${service}: ${mirror} mirrors ${model}` },
    { text: '' },
    { text: `${same} fields are the same; ${rest}.` },
    ...lists,
  ];
}

function row(
  { path, mirror, model, ratio }: ParityDifference,
  names: { readonly mirror: string; readonly model: string; readonly width: number },
): string {
  const value = (text: string | undefined, where: string) =>
    `${text === undefined ? 'not set' : `\`${text.replaceAll('`', "'")}\``} in ${where}`;
  const times = ratio === undefined ? '' : ` (${Number(ratio.toFixed(2))} times as much)`;
  return `- ${`\`${path}\`:`.padEnd(names.width)} ${value(mirror, names.mirror)}, ${value(model, names.model)}${times}`;
}
