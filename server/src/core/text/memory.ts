/** Gives the one thing that a factory makes for this memory; it is made at the first question. */
export type Memory = <T extends object>(make: () => T) => T;

export function memory(): Memory {
  const made = new Map<() => object, object>();
  return <T extends object>(make: () => T): T => {
    // What is kept under a factory is what that factory made.
    const known = made.get(make) as T | undefined;
    const value = known ?? make();
    made.set(make, value);
    return value;
  };
}
