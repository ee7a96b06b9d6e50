import type { EffectiveAnswer, EffectiveService, EnvironmentSummary, LineOrigin } from '../../protocol.ts';
import { defaultRange } from '../service/defaults.ts';
import { type Derived, fromFiles, fromStandards } from '../service/derived.ts';
import type { ServiceManifest } from '../service/parse.ts';
import { quoted, type RenderedLine, renderLines, withComment } from '../service/render.ts';
import { variablesOf } from '../service/variables.ts';
import { baseName, resolveUri } from '../text/uris.ts';
import type { YamlNode } from '../yaml/tree.ts';
import type { Workspace } from './workspace.ts';

interface Subject {
  readonly service: ServiceManifest;
  readonly environment: EnvironmentSummary;
  /** Merged, filled in, with defaults. */
  readonly tree: YamlNode;
  readonly built: EffectiveService;
}

interface Line {
  readonly text: string;
  readonly comment?: string;
  readonly origin?: Omit<LineOrigin, 'line'>;
}

/** The effective configuration as a document: every value with the place that it comes from, as a comment and as data. */
export function effectiveDocument(workspace: Workspace, subject: Subject): Required<Pick<EffectiveAnswer, 'text' | 'plain' | 'origins'>> {
  const { service, environment, tree, built } = subject;
  const readFile = (path: string) => workspace.file(resolveUri(service.folderUri, path))?.text;
  const standards = workspace.standardsFor(service.uri);
  const lines: readonly Line[] = [
    { text: `# ${service.id} in ${environment.name}: the effective configuration. Secrets are references, never values.` },
    ...renderLines(tree).map((line) => lineOf(workspace, subject, line)),
    ...section('From files under `envFrom`:', fromFiles(tree, service, readFile)),
    ...section('From the standards:', fromStandards(tree, built, standards)),
  ];
  return {
    text: textOf(lines.map(({ text, comment }) => withComment(text, comment))),
    // The title would be a difference of every two environments.
    plain: textOf(lines.map(({ text }, line) => (line === 0 ? `# ${service.id}: the effective configuration.` : text))),
    origins: lines.flatMap(({ origin }, line) => (origin ? [{ line, ...origin }] : [])),
  };
}

function textOf(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}

function lineOf(workspace: Workspace, subject: Subject, { text, value }: RenderedLine): Line {
  if (!value) return { text };
  if (value.range === defaultRange) return { text, comment: 'default', origin: { from: [], note: 'The default: nobody wrote it.' } };
  const { service } = subject;
  const place = `${baseName(service.uri)}:${value.range.start.line + 1}`;
  const own = { location: { uri: service.uri, range: value.range }, message: `\`${place}\`${placeIn(subject, value)}` };
  return { text, comment: place, origin: { from: [own, ...variableOrigins(workspace, subject, value)] } };
}

/** Whether a value is the service's own or of an override. */
function placeIn({ service, environment }: Subject, { range }: YamlNode): string {
  const own = service.overrides.find(({ key }) => key === environment.name);
  if (!own) return '';
  const { start, end } = own.value.range;
  const inside =
    range.start.line >= start.line && (range.end.line < end.line || (range.end.line === end.line && range.end.character <= end.character));
  return inside && range.start.line >= own.keyRange.start.line ? `, under \`environments.${environment.name}\`` : '';
}

/** Where the names that are filled in have their values. */
function variableOrigins(workspace: Workspace, { service, environment }: Subject, { range }: YamlNode): LineOrigin['from'] {
  const yaml = workspace.yaml(service.uri);
  const written = yaml?.text.slice(yaml.index.offsetAt(range.start), yaml.index.offsetAt(range.end)) ?? '';
  if (!written.includes('$')) return [];
  const values = variablesOf(service, environment);
  return [...written.matchAll(/(?<!\$)\$\{([^}]*)\}/g)].flatMap(([, name = '']) => {
    const value = values[name];
    if (value === undefined) return [];
    const location = name.startsWith('environment.') ? environment.location : { uri: service.uri, range: service.nameRange };
    return [{ location, message: `\`${name}\` is \`${value}\`` }];
  });
}

/** What no line of the manifest holds stands in comments: it is no part of the manifest. */
function section(title: string, derived: readonly Derived[]): readonly Line[] {
  if (derived.length === 0) return [];
  const lines = derived.map(({ name, value, location, message }): Line => {
    const place = location ? `${baseName(location.uri)}:${location.range.start.line + 1}` : undefined;
    return {
      text: `#   ${name}: ${quoted(value)}`,
      ...(place ? { comment: place } : {}),
      origin: { from: location ? [{ location, message }] : [] },
    };
  });
  return [{ text: '' }, { text: `# ${title}` }, ...lines];
}
