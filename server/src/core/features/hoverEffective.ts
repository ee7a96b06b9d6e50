import type { EnvironmentSummary } from '../../protocol.ts';
import type { ManifestContext } from '../rules/manifestContext.ts';
import { computeEffective, type EffectiveResult } from '../service/compute.ts';
import { defaultRange } from '../service/defaults.ts';
import { comparePositions } from '../text/edits.ts';
import { baseName } from '../text/uris.ts';
import type { YamlCursor } from '../yaml/cursor.ts';
import { entryOf, textAt, valueAt, type YamlNode, type YamlPath } from '../yaml/tree.ts';
import { effectiveInput, productEnvironments } from './workspace.ts';

/** Sections that are the same in every environment. */
const fixed = ['apiVersion', 'kind', 'metadata', 'dependsOn', 'standards', 'environments', 'build', 'image'];

/** A path of a manifest as it counts in the environments: without `environments.<name>` in front. */
export interface EffectivePlace {
  readonly rest: YamlPath;
  readonly environments: readonly EnvironmentSummary[];
}

/** What a place of a service's manifest is about; undefined where environments make no difference. */
export function effectivePlace({ workspace, service }: ManifestContext, path: YamlPath): EffectivePlace | undefined {
  if (!service) return undefined;
  const within = path[0] === 'environments' ? path[1] : undefined;
  const rest = within === undefined ? path : path.slice(2);
  if (rest.length === 0 || fixed.includes(String(rest[0]))) return undefined;
  const environments = productEnvironments(workspace, service).filter(({ name }) => within === undefined || name === within);
  return { rest, environments };
}

/** The service as it is in an environment; undefined for a manifest that is no map. */
export function effectiveIn(context: ManifestContext, environment: EnvironmentSummary): EffectiveResult | undefined {
  const { workspace, service, yaml } = context;
  if (!service || yaml.root?.kind !== 'map') return undefined;
  return computeEffective(effectiveInput(workspace, service, yaml.root, environment));
}

interface Row {
  readonly environments: string[];
  readonly value: string;
  readonly origin: string;
}

/** The value in each environment with the line that it comes from; environments that agree share a row. */
export function effectiveValues(context: ManifestContext, { path, node: hovered }: YamlCursor): string | undefined {
  const place = effectivePlace(context, path);
  if (!place) return undefined;
  const rows = new Map<string, Row>();
  for (const environment of place.environments) {
    const tree = effectiveIn(context, environment)?.tree;
    const node = valueAt(tree, ...place.rest);
    const [value, origin] = node ? [textAt(node), originOf(context, node, hovered)] : derivedJdk(context, tree, place.rest);
    if (value === undefined || origin === undefined) continue;
    const row = rows.get(`${value}\n${origin}`) ?? { environments: [], value, origin };
    row.environments.push(`\`${environment.name}\``);
    rows.set(`${value}\n${origin}`, row);
  }
  const [first] = rows.values();
  // What stands here alone is seen anyway.
  if (!first || (rows.size === 1 && first.origin === thisLine && first.value === textAt(hovered))) return undefined;
  const lines = [...rows.values()].map(({ environments, value, origin }) => `- ${environments.join(', ')}: \`${value}\` (${origin})`);
  return ['Effective value:', '', ...lines].join('\n');
}

const thisLine = 'this line';

function originOf({ uri }: ManifestContext, node: YamlNode, hovered: YamlNode): string {
  if (node.range === defaultRange) return 'the default';
  if (comparePositions(node.range.start, hovered.range.start) === 0) return thisLine;
  return lineLink(uri, node.range.start.line);
}

/** `[line 12](file:///…#L12)`. */
export function lineLink(uri: string, line: number, file?: string): string {
  return `[${file ? `${file} ` : ''}line ${line + 1}](${uri}#L${line + 1})`;
}

/** The JDK of a manifest that leaves it to the base image or to the company: value and origin. */
function derivedJdk({ standards, yaml }: ManifestContext, tree: YamlNode | undefined, rest: YamlPath): readonly [string?, string?] {
  const [section, key] = rest;
  if (section !== 'jdk' || (key !== 'mode' && key !== 'version') || rest.length !== 2 || !valueAt(tree, 'jdk')) return [];
  const base = standards?.images.find(({ name }) => name === textAt(yaml.root, 'build', 'base'));
  const company = standards?.components.find(({ name }) => name === 'jdk');
  const [value, from] = base?.jdk?.[key] ? [base.jdk[key], base] : key === 'mode' ? [company?.mode, company] : [];
  if (value === undefined || !from) return [];
  const { uri, range } = from.location;
  return [value, `from the standards, ${lineLink(uri, range.start.line, baseName(uri))}`];
}

/** For the key `jdk`: version, mode and paths, wherever they come from. */
export function jdkInWords(context: ManifestContext, path: YamlPath): string | undefined {
  const place = effectivePlace(context, path);
  if (place?.rest.length !== 1 || place.rest[0] !== 'jdk') return undefined;
  const rows = place.environments.flatMap((environment) => {
    const result = effectiveIn(context, environment);
    const jdk = result?.service.jdk;
    if (!jdk) return [];
    const from = (key: 'mode' | 'version') => {
      if (entryOf(valueAt(result.tree, 'jdk'), key)) return '';
      const origin = derivedJdk(context, result.tree, ['jdk', key])[1];
      return origin ? ` (${origin})` : '';
    };
    const path = jdk.hostPath ? `\`${jdk.hostPath}\` of the node at \`${jdk.mountPath}\`` : `at \`${jdk.mountPath}\``;
    return [`- \`${environment.name}\`: JDK \`${jdk.version}\`${from('version')}, \`${jdk.mode}\`${from('mode')}, ${path}`];
  });
  return rows.length === 0 ? undefined : rows.join('\n');
}
