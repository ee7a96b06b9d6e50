import { fieldPages } from '../../generated/fieldPages.ts';
import type { ManifestContext } from '../rules/manifestContext.ts';
import { fieldPaths } from '../yaml/fields.ts';
import type { JsonSchema } from '../yaml/schema.ts';
import { localEnvironmentsSchema } from '../yaml/schemas.ts';

/**
 * Where a field is documented, in the folder of the pages about files: `service.md#L12`. Undefined for what no page knows.
 * @param written the field's schema as it stands in the file, references not followed
 */
export function fieldPage({ workspace, kind }: ManifestContext, root: JsonSchema, written: JsonSchema): string | undefined {
  const name = root === localEnvironmentsSchema ? 'environments.local' : kind;
  const lines = fieldPages[name];
  const path = workspace.memory(fieldPaths)(root, written);
  if (!lines || path === undefined) return undefined;
  // An entry that says nothing of itself is told at its list.
  const line = lines[path] ?? lines[path.replace(/(?:\[\]|\.\*)$/, '')];
  return line === undefined ? undefined : `${name}.md#L${line}`;
}
