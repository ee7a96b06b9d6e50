/** The candidate that a misspelt word was most likely meant to be, or undefined when none is near. */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  const wanted = word.toLowerCase();
  let best: { readonly text: string; readonly distance: number } | undefined;
  for (const text of candidates) {
    const limit = Math.max(1, Math.floor(Math.max(wanted.length, text.length) / 3));
    // The distance is at least the difference of the lengths.
    if (Math.abs(wanted.length - text.length) > limit) continue;
    const distance = editDistance(wanted, text.toLowerCase());
    if (distance <= limit && (!best || distance < best.distance)) best = { text, distance };
  }
  if (best || wanted.length < 3) return best?.text;
  const longer = candidates.filter((text) => text.toLowerCase().startsWith(wanted) || wanted.startsWith(text.toLowerCase()));
  return longer.length === 1 ? longer[0] : undefined;
}

/** ` Did you mean \`x\`?`, or nothing. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const found = suggest(word, candidates);
  return found === undefined ? '' : ` Did you mean \`${found}\`?`;
}

/** Insertions, deletions, replacements and swaps of neighbours that lead from one word to the other. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, (before[j - 2] ?? 0) + 1);
      current.push(least);
    }
    before = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}
