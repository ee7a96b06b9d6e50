const soon = 90;

/** How an end of life stands on a day: past, or within ninety days; undefined when it is neither, or not known. */
export function endOfLife(today: string, eol: string | null | undefined): { readonly past: boolean; readonly words: string } | undefined {
  const days = eol ? Math.floor((Date.parse(eol) - Date.parse(today)) / 86_400_000) : Number.NaN;
  if (Number.isNaN(days) || days > soon) return undefined;
  return days < 0
    ? { past: true, words: `has been past its end of life since ${eol}: security fixes have stopped` }
    : { past: false, words: `reaches its end of life on ${eol}, in ${days} days: security fixes will stop` };
}
