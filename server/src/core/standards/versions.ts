/** Compares versions part by part: numbers as numbers, words as words, what is missing as 0. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split(/[.+_-]/), b.split(/[.+_-]/)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const [one, other] = [left[i] ?? '0', right[i] ?? '0'];
    const difference = /^\d+$/.test(one) && /^\d+$/.test(other) ? Number(one) - Number(other) : one.localeCompare(other);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** True when a version is in a range: `>=8`, `<21`, `=17`, `9.0` (and what begins with it), several of them with blanks between. */
export function satisfies(version: string, range: string): boolean {
  return range
    .split(/[\s,]+/)
    .filter(Boolean)
    .every((part) => {
      const [, operator = '', wanted = ''] = /^(>=|<=|>|<|=)?(.*)$/.exec(part) ?? [];
      if (wanted === '' || wanted === '*') return true;
      const order = compareVersions(version, wanted);
      if (operator === '>=') return order >= 0;
      if (operator === '<=') return order <= 0;
      if (operator === '>') return order > 0;
      if (operator === '<') return order < 0;
      return order === 0 || (operator === '' && version.startsWith(`${wanted}.`));
    });
}
