import type { ParityAnswer, ParityDifference, ParityParams, ServiceParity } from '../../protocol.ts';
import { type ParityField, parityOf } from '../environments/parity.ts';
import type { ServiceManifest } from '../service/parse.ts';
import { looksLikeSecret, namesSecret } from '../service/secretWords.ts';
import { optional } from '../text/optional.ts';
import { itemsAt, plain, textAt, type YamlNode } from '../yaml/tree.ts';
import { productEnvironments, type Workspace } from './workspace.ts';

/** Every service in every environment that mirrors another one, field by field. */
export function parityReport(workspace: Workspace, { service: wanted }: ParityParams): ParityAnswer {
  const services = workspace.services
    .filter(({ id, name }) => name !== '' && (wanted === undefined || wanted === id))
    .flatMap((service) => parities(workspace, service));
  return { services, text: markdown(services) };
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

function markdown(services: readonly ServiceParity[]): string {
  if (services.length === 0) {
    return '# Parity\n\nNo environment mirrors another one. Write `mirrors: production` under the environment that stands for it.\n';
  }
  return ['# Parity', ...services.flatMap(serviceLines), ''].join('\n');
}

function serviceLines({ service, mirror, model, same, differences }: ServiceParity): readonly string[] {
  const loud = differences.filter(({ state }) => state !== 'expected').length;
  const summary = `${same} fields are the same; ${loud === 0 ? 'nothing else needs a look' : `${loud} need a look`}.`;
  const tables = titles.flatMap(([title, states]) => {
    const rows = differences.filter(({ state }) => states.includes(state));
    if (rows.length === 0) return [];
    return ['', `### ${title}`, '', `| field | ${mirror} | ${model} | |`, '| --- | --- | --- | --- |', ...rows.map(row)];
  });
  return ['', `## ${service}: ${mirror} mirrors ${model}`, '', summary, ...tables];
}

function row({ path, mirror, model, ratio, location }: ParityDifference): string {
  const cell = (text: string | undefined) => (text === undefined ? '–' : `\`${text.replaceAll('|', '\\|').replaceAll('`', "'")}\``);
  const times = ratio === undefined ? '' : `× ${Number(ratio.toFixed(2))}`;
  const link = `${location.uri}#${location.range.start.line + 1}`;
  return `| [\`${path}\`](${link}) | ${cell(mirror)} | ${cell(model)} | ${times} |`;
}
