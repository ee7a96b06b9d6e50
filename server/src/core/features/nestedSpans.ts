interface Span {
  readonly start: number;
  readonly end: number;
}

/** Spans for a selection that grows. From narrow to wide, each inside of the next; equal and crossing ones are dropped. */
export function nested(spans: readonly Span[]): readonly Span[] {
  const kept: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.end - a.start - (b.end - b.start))) {
    const inner = kept.at(-1);
    if (!inner || (span.start <= inner.start && span.end >= inner.end && span.end - span.start > inner.end - inner.start)) kept.push(span);
  }
  return kept;
}
