/** Damage as editing does it: pieces cut, doubled, put in from a list and from other documents; and the other ways to write the same lines. */

/** Numbers in [0, limit), the same in every run for a seed (mulberry32). */
export function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

const fragments: readonly string[] = [
  ...[
    '\\\n',
    '\n',
    '\r\n',
    '"',
    "'",
    '<<EOF',
    "<< 'E",
    '$' + '{',
    '}',
    '$(',
    '`',
    '[',
    ']',
    '\\',
    '#',
    '\u{1f600}',
    '\uFEFF',
    '\0',
    '--',
    '=',
  ],
  ...[
    '&&',
    ';',
    '|',
    '(',
    ')',
    ' ',
    '\t',
    ':',
    '@',
    ',',
    '((',
    '{ ',
    'EOF\n',
    '@sha256:',
    '://',
    '--from=',
    '--mount=type=cache,',
    '--chmod=',
  ],
  ...['FROM ', 'FROM scratch AS ', 'RUN ', 'ONBUILD ', 'ENV ', 'COPY --from=', 'ARG A=$A\n', 'CMD [', 'HEALTHCHECK ', 'USER ', 'EXPOSE 1-'],
  ...[
    '# escape=`\n',
    '# waybill ignore=',
    '# hadolint ignore=',
    '# check=skip=',
    'SHELL ["cmd"]\n',
    'sh -c "',
    'bash <<X\n',
    'apt-get update',
  ],
];

/** A damaged document; pieces of `others` are put into it. */
export function damaged(text: string, others: readonly string[], random: (limit: number) => number): string {
  let result = text;
  for (let count = random(4); count >= 0; count--) {
    const at = random(result.length + 1);
    const end = Math.min(result.length, at + random(30));
    const kind = random(4);
    if (kind === 0) result = result.slice(0, at) + result.slice(end);
    else if (kind === 1) result = result.slice(0, end) + result.slice(at, end) + result.slice(end);
    else if (kind === 2) result = result.slice(0, at) + (fragments[random(fragments.length)] ?? '') + result.slice(at);
    else result = result.slice(0, at) + piece(others[random(others.length)] ?? '', random) + result.slice(end);
  }
  return result;
}

function piece(text: string, random: (limit: number) => number): string {
  const start = random(text.length + 1);
  return text.slice(start, start + random(200));
}
