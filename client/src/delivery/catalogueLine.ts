import type { ImageSummary, WorkspaceModel } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import { closest } from './closest.ts';

/** An image of the standards by `standards/name` or by its name. Throws `configuration` when there is none, or more than one. */
export function findLine(model: WorkspaceModel, name: string): ImageSummary {
  const lines = model.catalogue?.images ?? [];
  const found = lines.filter((image) => image.id === name || image.name === name);
  const [first] = found;
  if (first && found.length === 1) return first;
  if (first)
    throw fail('configuration', `Several standards have an image \`${name}\`.`, 'Write the standards before the name: `standards/name`.');
  const near = closest(
    name,
    lines.flatMap((image) => [image.name, image.id]),
  );
  throw fail(
    'configuration',
    `The standards have no image \`${name}\`.`,
    near ? `Did you mean \`${near}\`?` : 'Images stand under `osImages` and `baseImages`.',
  );
}
