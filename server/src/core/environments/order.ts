/**
 * Sorts environments so that each comes after those it promotes from; ties, and what is part of a cycle, stay as
 * they stand in the file. Names that no environment has are passed over.
 */
export function promotionOrder<T extends { readonly name: string }>(
  items: readonly T[],
  from: (item: T) => readonly string[],
): readonly T[] {
  const byName = new Map(items.map((item) => [item.name, item]));
  const placed = new Set<string>();
  const open = new Set<string>();
  const ordered: T[] = [];
  const place = (item: T): void => {
    if (placed.has(item.name) || open.has(item.name)) return;
    open.add(item.name);
    for (const name of from(item)) {
      const before = byName.get(name);
      if (before) place(before);
    }
    placed.add(item.name);
    ordered.push(item);
  };
  for (const item of items) place(item);
  return ordered;
}

/** The environments of one promotion cycle, in its order, or undefined when there is none. */
export function promotionCycle<T extends { readonly name: string }>(
  items: readonly T[],
  from: (item: T) => readonly string[],
): readonly T[] | undefined {
  const byName = new Map(items.map((item) => [item.name, item]));
  const done = new Set<string>();
  const path: T[] = [];
  const visit = (item: T): readonly T[] | undefined => {
    const at = path.indexOf(item);
    if (at >= 0) return path.slice(at);
    if (done.has(item.name)) return undefined;
    path.push(item);
    for (const name of from(item)) {
      const before = byName.get(name);
      const found = before ? visit(before) : undefined;
      if (found) return found;
    }
    path.pop();
    done.add(item.name);
    return undefined;
  };
  for (const item of items) {
    const found = visit(item);
    if (found) return found;
  }
  return undefined;
}
