import { alternatives, type JsonSchema } from './schema.ts';

/** A field as a person meets it in a file. */
export interface SchemaField {
  /** As it is written: `ports[].range`, `env.*.secret.name`. */
  readonly path: string;
  readonly steps: readonly string[];
  /** Its schema, references not followed. */
  readonly schema: JsonSchema;
  /** Of the map that it is a member of: it has to be there. */
  readonly required: boolean;
}

/** Every member of every map, every entry of a list and of a free map; once, at the first place where it can be written. */
export function schemaFields(root: JsonSchema): readonly SchemaField[] {
  const fields: SchemaField[] = [];
  const seen = new Set<JsonSchema>();
  const enter = (schema: JsonSchema, steps: readonly string[]): void => {
    for (const branch of alternatives(root, schema)) {
      for (const [key, child] of Object.entries(branch.properties ?? {})) visit(child, [...steps, key], branch.required?.includes(key));
      if (branch.items) visit(branch.items, [...steps, '[]']);
      if (typeof branch.additionalProperties === 'object') visit(branch.additionalProperties, [...steps, '*']);
    }
  };
  const visit = (schema: JsonSchema, steps: readonly string[], required = false): void => {
    if (seen.has(schema)) return;
    seen.add(schema);
    fields.push({ path: writtenPath(steps), steps, schema, required });
    enter(schema, steps);
  };
  enter(root, []);
  return fields;
}

function writtenPath(steps: readonly string[]): string {
  return steps.reduce((path, step) => (step === '[]' ? `${path}[]` : path === '' ? step : `${path}.${step}`), '');
}

/** Finds the path of a schema as it stands in the file: it is the same wherever the schema is used. Walks each root once. */
export function fieldPaths(): (root: JsonSchema, written: JsonSchema) => string | undefined {
  const known = new WeakMap<JsonSchema, ReadonlyMap<JsonSchema, string>>();
  return (root, written) => {
    const paths = known.get(root) ?? new Map(schemaFields(root).map(({ schema, path }) => [schema, path]));
    known.set(root, paths);
    return paths.get(written);
  };
}
