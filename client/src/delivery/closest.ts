/** The known word that was most likely meant: at most a third of the letters wrong, missing, added or swapped. */
export function closest(word: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, distance: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(1, Math.floor(Math.max(word.length, candidate.length) / 3)))
    .sort((a, b) => a.distance - b.distance || a.candidate.localeCompare(b.candidate));
  return ranked[0]?.candidate;
}

/** Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) row.push(cell(a, b, i, j, row, rows));
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? Number.POSITIVE_INFINITY;
}

function cell(a: string, b: string, i: number, j: number, row: readonly number[], rows: readonly number[][]): number {
  const at = (r: readonly number[] | undefined, k: number) => r?.[k] ?? Number.POSITIVE_INFINITY;
  const above = rows[i - 1];
  const changed = at(above, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
  const least = Math.min(at(above, j) + 1, at(row, j - 1) + 1, changed);
  const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
  return swapped ? Math.min(least, at(rows[i - 2], j - 2) + 1) : least;
}
