import { type ParityField, parityOf } from '../../environments/parity.ts';
import { itemsAt, textAt, type YamlNode } from '../../yaml/tree.ts';
import type { ManifestContext, ManifestRule } from '../manifestContext.ts';
import { fixOf, setValue } from '../manifestEdits.ts';
import type { Report } from '../rule.ts';

/** What decides how a service runs; differences of other fields are worth a look, and often meant. */
const decisive =
  /^(?:env\.|ports|health|process|config|network\.|jdk\.|rollout\.(?:strategy|order)|lifecycle\.stopGracePeriod|logs\.stdout)/;
/** How far a service scales and how fast it is replaced is for the report alone: nobody rehearses with the instances of production. */
const forReport = /^(?:scale\.|rollout\.(?!strategy|order))/;
/** An amount that is so many times as large elsewhere says little here. */
const farApart = 4;

/** An environment that mirrors another one (`mirrors`) runs a service in the same way. */
export const rule: ManifestRule = {
  summary: 'A service has the same variables and settings in an environment as in the one that it mirrors.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['service'],
  check(context) {
    return mirrorsOf(context).flatMap(({ mirror, model }) => {
      const { service, workspace } = context;
      if (!service) return [];
      const [own, other] = [workspace.merged(service, mirror), workspace.merged(service, model)];
      if (!own || !other) return [];
      return parityOf(own, other).flatMap((field) => judge(context, { mirror, model }, field) ?? []);
    });
  },
};

interface Pair {
  readonly mirror: string;
  readonly model: string;
}

/** The environments of the service's product that mirror another one. */
function mirrorsOf({ service, environments }: ManifestContext): readonly Pair[] {
  if (!service || !environments || environments.product !== service.product) return [];
  return itemsAt(environments.root, 'environments').flatMap((item) => {
    const [mirror, model] = [textAt(item, 'name'), textAt(item, 'mirrors')];
    return mirror && model && environments.environments.some(({ name }) => name === model) ? [{ mirror, model }] : [];
  });
}

function judge(context: ManifestContext, pair: Pair, field: ParityField): Report | undefined {
  if (field.path.startsWith('env.'))
    return field.state === 'missing' || field.state === 'extra' ? variable(context, pair, field) : undefined;
  if (field.state === 'amount') return amount(pair, field);
  const place = field.model ?? field.mirror;
  if (!place || forReport.test(field.path) || field.state === 'same' || field.state === 'expected') return undefined;
  const { mirror, model } = pair;
  return {
    range: place.range,
    message: `\`${field.path}\` is ${words(field.model)} in \`${model}\` and ${words(field.mirror)} in \`${mirror}\`, which mirrors it.`,
    ...(decisive.test(field.path) ? {} : { severity: 'info' as const }),
    fixes:
      field.model && field.keys
        ? set(context, ['environments', mirror, ...field.keys], field.model, `Set it in \`${mirror}\` as well`)
        : [],
  };
}

function variable(context: ManifestContext, { mirror, model }: Pair, field: ParityField): Report | undefined {
  const [where, missing] = field.state === 'missing' ? [model, mirror] : [mirror, model];
  const value = field.model ?? field.mirror;
  const key = field.keys?.[1];
  const entry = value && key !== undefined ? keyRange(context, value, key, where) : undefined;
  if (!value || key === undefined || !entry) return undefined;
  return {
    range: entry,
    message: `\`${key}\` is set in \`${where}\` and not in \`${missing}\`; \`${mirror}\` mirrors \`${model}\`, so a release is tried without it, or only with it.`,
    fixes: value.kind === 'scalar' ? set(context, ['environments', missing, 'env', key], value, `Set it in \`${missing}\` as well`) : [],
  };
}

/** The key of a variable in an environment's merged manifest. */
function keyRange({ service, workspace }: ManifestContext, value: YamlNode, key: string, where: string): Report['range'] | undefined {
  const tree = service && workspace.merged(service, where);
  const env = tree?.entries.find((entry) => entry.key === 'env')?.value;
  return env?.kind === 'map' ? (env.entries.findLast((entry) => entry.key === key)?.keyRange ?? value.range) : value.range;
}

function amount({ mirror, model }: Pair, { path, ratio, model: place, mirror: own }: ParityField): Report | undefined {
  if (!place || ratio === undefined || !path.startsWith('resources.') || (ratio < farApart && ratio > 1 / farApart)) return undefined;
  const times = ratio >= 1 ? ratio : 1 / ratio;
  const [more, less] = ratio >= 1 ? [model, mirror] : [mirror, model];
  return {
    range: place.range,
    message: `\`${path}\` is ${words(place)} in \`${model}\` and ${words(own)} in \`${mirror}\`, which mirrors it: with ${Number(times.toFixed(1))} times as much in \`${more}\`, \`${less}\` meets other limits.`,
    severity: 'info',
  };
}

function words(node: YamlNode | undefined): string {
  if (!node) return 'not set';
  return node.kind === 'scalar' ? `\`${textAt(node)}\`` : 'set';
}

function set({ yaml }: ManifestContext, path: readonly string[], value: YamlNode, title: string): NonNullable<Report['fixes']> {
  const written = yaml.text.slice(yaml.index.offsetAt(value.range.start), yaml.index.offsetAt(value.range.end));
  return written.includes('\n') || written === '' ? [] : fixOf(title, setValue(yaml, path, written), true);
}
