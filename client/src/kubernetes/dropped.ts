/** Fields that were asked for and that the server left out without a word: those of features that are switched off in it. Pure. */

type Json = Readonly<Record<string, unknown>>;
const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Values that the API leaves out because they mean nothing. */
const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === 0 ||
  value === false ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (isJson(value) && Object.values(value).every(isEmpty));

/** Paths in `wanted` that `got` has not got; values are not compared, as the API writes amounts in its own way. */
export function droppedFields(wanted: unknown, got: unknown, path = ''): readonly string[] {
  if (isEmpty(wanted)) return [];
  if (got === undefined && !Array.isArray(wanted)) return [path];
  if (isJson(wanted)) {
    const inside = isJson(got) ? got : {};
    return Object.entries(wanted).flatMap(([key, value]) => droppedFields(value, inside[key], path === '' ? key : `${path}.${key}`));
  }
  if (!Array.isArray(wanted)) return [];
  const entries: readonly unknown[] = Array.isArray(got) ? got : [];
  return wanted.flatMap((entry: unknown, index) => {
    const name = nameOf(entry);
    const found = name === undefined ? entries[index] : entries.find((other) => nameOf(other) === name);
    return droppedFields(entry, found, `${path}[${name ?? index}]`);
  });
}

const nameOf = (entry: unknown): string | undefined => (isJson(entry) && typeof entry.name === 'string' ? entry.name : undefined);
