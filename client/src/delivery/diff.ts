/** Unified diffs of two texts, as `diff -u` writes them, without the file headers. Pure. */

type Edit = { readonly kind: ' ' | '-' | '+'; readonly text: string };

/** More edits than this are not searched for: the rest is shown as replaced in one piece. */
const editLimit = 2000;

const linesOf = (text: string): readonly string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

/**
 * The unified diff of two texts by lines: hunks `@@ -a,b +c,d @@` with `context` equal lines around each change.
 * Equal texts give the empty string. Algorithm: E. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986).
 */
export function unifiedDiff(before: string, after: string, context = 3): string {
  if (before === after) return '';
  return hunks(edits(linesOf(before), linesOf(after)), context).join('\n');
}

/** Edit script with the equal head and tail set aside first: most plans change a few lines of many. */
function edits(before: readonly string[], after: readonly string[]): readonly Edit[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < before.length - head && tail < after.length - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) {
    tail++;
  }
  const same = (text: string): Edit => ({ kind: ' ', text });
  return [
    ...before.slice(0, head).map(same),
    ...middle(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...before.slice(before.length - tail).map(same),
  ];
}

function middle(before: readonly string[], after: readonly string[]): readonly Edit[] {
  const trace = shortestPath(before, after);
  if (!trace) {
    return [...before.map((text): Edit => ({ kind: '-', text })), ...after.map((text): Edit => ({ kind: '+', text }))];
  }
  const script: Edit[] = [];
  let x = before.length;
  let y = after.length;
  for (let depth = trace.length - 1; depth >= 0; depth--) {
    const reach = trace[depth] ?? new Map<number, number>();
    const k = x - y;
    const down = k === -depth || (k !== depth && at(reach, k - 1) < at(reach, k + 1));
    const previousK = down ? k + 1 : k - 1;
    const previousX = at(reach, previousK);
    const previousY = previousX - previousK;
    while (x > previousX && y > previousY && x > 0 && y > 0) {
      script.push({ kind: ' ', text: before[--x] ?? '' });
      y--;
    }
    if (depth > 0) script.push(down ? { kind: '+', text: after[--y] ?? '' } : { kind: '-', text: before[--x] ?? '' });
  }
  return script.reverse();
}

const at = (reach: ReadonlyMap<number, number>, k: number): number => reach.get(k) ?? (k === 1 ? 0 : -1);

/** Furthest reach per diagonal before each step; undefined when the texts differ too much. */
function shortestPath(before: readonly string[], after: readonly string[]): readonly ReadonlyMap<number, number>[] | undefined {
  const reach = new Map<number, number>([[1, 0]]);
  const trace: ReadonlyMap<number, number>[] = [];
  for (let depth = 0; depth <= Math.min(before.length + after.length, editLimit); depth++) {
    trace.push(new Map(reach));
    for (let k = -depth; k <= depth; k += 2) {
      const down = k === -depth || (k !== depth && at(reach, k - 1) < at(reach, k + 1));
      let x = down ? at(reach, k + 1) : at(reach, k - 1) + 1;
      while (x < before.length && x - k < after.length && before[x] === after[x - k]) x++;
      reach.set(k, x);
      if (x >= before.length && x - k >= after.length) return trace;
    }
  }
  return undefined;
}

function hunks(script: readonly Edit[], context: number): readonly string[] {
  const changed = script.flatMap((edit, index) => (edit.kind === ' ' ? [] : [index]));
  const ranges: { from: number; to: number }[] = [];
  for (const index of changed) {
    const last = ranges.at(-1);
    const from = Math.max(0, index - context);
    const to = Math.min(script.length, index + context + 1);
    if (last && from <= last.to) last.to = to;
    else ranges.push({ from, to });
  }
  return ranges.flatMap(({ from, to }) => {
    const part = script.slice(from, to);
    const count = (edits: readonly Edit[], but: string): number => edits.filter((edit) => edit.kind !== but).length;
    const position = (but: string): string => {
      const length = count(part, but);
      const start = count(script.slice(0, from), but) + (length === 0 ? 0 : 1);
      return length === 1 ? `${start}` : `${start},${length}`;
    };
    return [`@@ -${position('+')} +${position('-')} @@`, ...part.map((edit) => edit.kind + edit.text)];
  });
}
