/** schemas/environments.local.schema.json: what of the environments one workstation may say for itself, cut from the schema of the whole. */
import { readFile } from 'node:fs/promises';

interface Schema {
  readonly [word: string]: unknown;
  readonly properties?: Readonly<Record<string, Schema | undefined>>;
  readonly definitions?: Readonly<Record<string, Schema>>;
  readonly items?: Schema | undefined;
}

export default async function generate(): Promise<Record<string, string>> {
  const whole: Schema = JSON.parse(await readFile(new URL('../../schemas/environments.schema.json', import.meta.url), 'utf8'));
  const { definitions = {}, properties = {}, ...head } = whole;
  const local = {
    ...head,
    $id: 'https://waybill.dev/schemas/environments.local.schema.json',
    title: 'Waybill environments of one workstation',
    description:
      'How this workstation reaches what waybill.environments.yaml describes: hosts, contexts, certificates, cluster pins. Not committed.',
    markdownDescription:
      'How this workstation reaches what `waybill.environments.yaml` describes: hosts, contexts, certificates, cluster pins. Not committed.',
    required: undefined,
    properties: {
      ...picked(properties, ['apiVersion', 'kind', 'metadata']),
      builders: { ...properties.builders, items: only(properties.builders?.items, ['name', 'members']) },
      environments: properties.environments,
    },
    definitions: {
      ...definitions,
      environment: { ...only(definitions.environment, ['name', 'kind', 'kubernetes', 'compose']), allOf: undefined },
      kubernetes: only(definitions.kubernetes, ['context', 'cluster', 'namespaceUid']),
      compose: only(definitions.compose, ['hosts']),
    },
  };
  return { 'schemas/environments.local.schema.json': `${JSON.stringify(used(local), null, 2)}\n` };
}

/** The schema of a map with some of its members, of which the name alone is needed. */
function only(schema: Schema = {}, names: readonly string[]): Schema {
  const required = names.includes('name') ? ['name'] : undefined;
  return { ...schema, required, properties: picked(schema.properties ?? {}, names) };
}

function picked(from: Readonly<Record<string, Schema | undefined>>, names: readonly string[]): Record<string, Schema | undefined> {
  return Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)));
}

/** Without the definitions that nothing refers to. */
function used(schema: Schema): Schema {
  const definitions = Object.entries(schema.definitions ?? {});
  const text = (without: string) =>
    JSON.stringify({ ...schema, definitions: Object.fromEntries(definitions.filter(([name]) => name !== without)) });
  const kept = definitions.filter(([name]) => text(name).includes(`"#/definitions/${name}"`));
  const next = { ...schema, definitions: Object.fromEntries(kept) };
  return kept.length === definitions.length ? next : used(next);
}
