/** A format that the value of a label can have. */
export interface LabelFormat {
  readonly test: (value: string) => boolean;
  /** For sentences: "is no …". */
  readonly what: string;
  readonly example: string;
  /** hadolint's check of the same. */
  readonly alias?: string;
}

const semver =
  /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-(?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*))*)?(?:\+[\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*)?$/;
const rfc3339 =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[Tt ](?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** By the names that `label-schema` of hadolint's configuration uses; `digest` is ours. */
export const labelFormats: Readonly<Record<string, LabelFormat>> = {
  url: {
    test: (value) => /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#]+\S*$/i.test(value),
    what: 'absolute URL',
    example: 'https://example.com/team/app',
    alias: 'DL3052',
  },
  rfc3339: { test: (value) => rfc3339.test(value), what: 'date and time of RFC 3339', example: '2026-11-24T10:00:00Z', alias: 'DL3053' },
  spdx: { test: isSpdx, what: 'license expression of SPDX', example: 'Apache-2.0 OR MIT', alias: 'DL3054' },
  hash: {
    test: (value) => /^(?:[\da-f]{7,40}|[\da-f]{64})$/i.test(value),
    what: 'hash of a Git commit',
    example: '0d2f6e1b7c9a4f5e8d3b2a1c0f9e8d7c6b5a4938',
    alias: 'DL3055',
  },
  semver: { test: (value) => semver.test(value), what: 'semantic version', example: '1.4.2', alias: 'DL3056' },
  email: {
    test: (value) => /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>.]+$/.test(value),
    what: 'email address',
    example: 'team@example.com',
    alias: 'DL3058',
  },
  digest: { test: (value) => /^sha(?:256:[\da-f]{64}|512:[\da-f]{128})$/.test(value), what: 'digest', example: 'sha256:5e6f…' },
};

/** Formats that specifications give to labels: https://specs.opencontainers.org/image-spec/annotations/ and http://label-schema.org/rc1/ */
export const knownLabels: Readonly<Record<string, string>> = {
  'org.opencontainers.image.created': 'rfc3339',
  'org.opencontainers.image.url': 'url',
  'org.opencontainers.image.source': 'url',
  'org.opencontainers.image.documentation': 'url',
  'org.opencontainers.image.licenses': 'spdx',
  'org.opencontainers.image.base.digest': 'digest',
  'org.label-schema.build-date': 'rfc3339',
  'org.label-schema.url': 'url',
  'org.label-schema.vcs-url': 'url',
};

/** Names that people write for licenses, and what they mean by them. */
const misnamed: Readonly<Record<string, string>> = {
  apache: 'Apache-2.0',
  apache2: 'Apache-2.0',
  'apache-2': 'Apache-2.0',
  apachev2: 'Apache-2.0',
  'apache 2.0': 'Apache-2.0',
  'apache license 2.0': 'Apache-2.0',
  'mit license': 'MIT',
  bsd: 'BSD-3-Clause',
  gpl: 'GPL-3.0-or-later',
  gplv2: 'GPL-2.0-only',
  gplv3: 'GPL-3.0-only',
  'gpl-2': 'GPL-2.0-only',
  'gpl-3': 'GPL-3.0-only',
  lgpl: 'LGPL-3.0-or-later',
  agpl: 'AGPL-3.0-or-later',
  agplv3: 'AGPL-3.0-only',
  mpl: 'MPL-2.0',
};

/** The SPDX id that a common name of a license means. */
export function licenseMeant(value: string): string | undefined {
  const key = value.trim().toLowerCase();
  return Object.hasOwn(misnamed, key) ? misnamed[key] : undefined;
}

const licenseId = '(?!(?:AND|OR|WITH)\\b)(?:DocumentRef-[\\w.-]+:)?[A-Za-z\\d][A-Za-z\\d.-]*\\+?';
const licenseTerm = `${licenseId}(?:\\s+WITH\\s+${licenseId})?`;
const licenseList = `\\s*${licenseTerm}(?:\\s+(?:AND|OR)\\s+${licenseTerm})*\\s*`;
const innerList = new RegExp(`\\(${licenseList}\\)`, 'gi');
const wholeList = new RegExp(`^${licenseList}$`, 'i');
const maxNesting = 10;

/** Grammar of https://spdx.github.io/spdx-spec/v3.0.1/annexes/spdx-license-expressions/; ids themselves are not looked up. */
function isSpdx(value: string): boolean {
  if (value.length > 300 || licenseMeant(value) !== undefined) return false;
  let text = value;
  // What stands in parentheses counts as one license, from the inside out.
  for (let depth = 0; depth < maxNesting && text.includes('('); depth++) text = text.replace(innerList, 'X');
  return wholeList.test(text);
}
