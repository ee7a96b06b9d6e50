/** True when two plain values say the same: numbers, texts, lists, maps and objects of them. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, index) => sameValue(item, b[index]));
  if (a instanceof Map)
    return b instanceof Map && a.size === b.size && [...a].every(([key, value]) => b.has(key) && sameValue(value, b.get(key)));
  if (a instanceof Set || b instanceof Map || b instanceof Set || Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameValue(Reflect.get(a, key), Reflect.get(b, key)))
  );
}

/** `next`, with the members that say the same as before taken from `before`; `before` itself when all do. */
export function withKeptMembers<T extends object>(before: T | undefined, next: T): T {
  if (!before || before === next) return next;
  const keys = Object.keys(next);
  const entries = keys.map((key) => {
    const [old, fresh]: unknown[] = [Reflect.get(before, key), Reflect.get(next, key)];
    return [key, sameValue(old, fresh) ? old : fresh] as const;
  });
  const all = keys.length === Object.keys(before).length && entries.every(([key, value]) => Reflect.get(before, key) === value);
  return all ? before : { ...next, ...Object.fromEntries(entries) };
}
