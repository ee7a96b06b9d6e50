/** A place in source code that a line of a log names. */
export interface StackPlace {
  /** Where the words stand in the line. */
  readonly start: number;
  readonly length: number;
  /** Ends of the file's path, the longest first: `com/acme/Orders.java`, `Orders.java`. */
  readonly paths: readonly string[];
  /** From 1. */
  readonly line: number;
}

/** Of the JVM, Python, Node.js, Go and .NET. */
const forms: readonly { readonly pattern: RegExp; readonly place: (match: RegExpMatchArray) => { path: string; line: string } }[] = [
  {
    pattern: /\bat (?:[\w.@-]*\/)*([\w$.]+)\.[\w$<>]+\(([\w$]+\.(?:java|kt|scala|groovy|clj)):(\d+)\)/g,
    place: ([, type = '', file = '', line = '']) => {
      const folders = type.split('.').slice(0, -1);
      return { path: [...folders, file].join('/'), line };
    },
  },
  { pattern: /File "([^"]+\.py)", line (\d+)/g, place: ([, path = '', line = '']) => ({ path, line }) },
  {
    pattern: /(?:file:\/\/)?((?:\/|\.{1,2}\/)?[\w@./-]+\.(?:[cm]?[jt]sx?|go|rb|php|rs)):(\d+)(?::\d+)?/g,
    place: ([, path = '', line = '']) => ({ path, line }),
  },
  { pattern: / in ([\w/.\\-]+\.cs):line (\d+)/g, place: ([, path = '', line = '']) => ({ path, line }) },
];

/** The places that a line names. Paths are those of the container: what of them is in the workspace is for the caller to find. */
export function stackPlaces(line: string): readonly StackPlace[] {
  return forms.flatMap(({ pattern, place }) =>
    [...line.matchAll(pattern)].map((match) => {
      const { path, line: number } = place(match);
      return { start: match.index, length: match[0].length, paths: endsOf(path), line: Number(number) };
    }),
  );
}

/** At most the last five parts of a path, then fewer. */
function endsOf(path: string): readonly string[] {
  const parts = path.split(/[\\/]/).filter((part) => part !== '' && part !== '.' && part !== '..');
  const most = Math.min(5, parts.length);
  return Array.from({ length: most }, (_, index) => parts.slice(parts.length - most + index).join('/'));
}
