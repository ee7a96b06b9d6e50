/** Names and addresses of the network, checked as what they are. */

/** A DNS name, `*.` in front allowed. https://www.rfc-editor.org/rfc/rfc1123 */
export function host(text: string): string | undefined {
  const labels = text.replace(/^\*\./, '').split('.');
  if (text.length > 253) return 'A host name has 253 signs at most.';
  const bad = labels.find((one) => !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(one));
  if (bad === undefined) return undefined;
  if (text.includes('/')) return `\`${text}\` is an address: the host alone stands here.`;
  return `\`${text}\` is no host name: small letters, digits and \`-\`, with dots between.`;
}

/** A host with a port behind it, if any; IPv6 in brackets. */
export function hostPort(text: string): string | undefined {
  const match = /^(\[[0-9A-Fa-f:.]+\]|[^:[\]]*)(?::(.*))?$/.exec(text);
  if (!match) return `\`${text}\` is no host with a port: it is \`registry.example.com\` or \`registry.example.com:5000\`.`;
  const [, name = '', port] = match;
  if (port !== undefined && !isPort(port)) {
    if (/^\/\//.test(port)) return `\`${text}\` is an address: the host alone stands here, without \`${name}://\`.`;
    return `\`${port}\` is no port: 1 to 65535.`;
  }
  return name.startsWith('[') ? undefined : host(name.toLowerCase());
}

/** A host name or an IP address. */
export function address(text: string): string | undefined {
  if (/^[\d.]+$/.test(text))
    return isIpv4(text) ? undefined : `\`${text}\` is no IP address: four numbers from 0 to 255 with dots between.`;
  if (text.includes(':')) {
    return /^[0-9A-Fa-f:]+(?:\d+(?:\.\d+){3})?$/.test(text) && (text.match(/::/g)?.length ?? 0) <= 1
      ? undefined
      : `\`${text}\` is no address: a host name or an IP address stands here, without a port.`;
  }
  return host(text.toLowerCase());
}

function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}

/** An address of HTTP. https://www.rfc-editor.org/rfc/rfc3986 */
export function url(text: string): string | undefined {
  const match = /^(https?):\/\/([^/?#]*)/.exec(text);
  if (!match) return `\`${text}\` is no address: it begins with \`https://\` or \`http://\`.`;
  const authority = match[2] ?? '';
  if (authority.includes('@')) return 'An address holds no user and no password: they would be readable for everyone.';
  if (/\s/.test(text)) return 'An address has no blanks: write `%20`.';
  return authority === '' ? 'This address names no host.' : hostPort(authority);
}

/** Two ports, the lower first. */
export function portRange(text: string): string | undefined {
  const [low = '', high = ''] = text.split('-');
  const bad = [low, high].find((port) => !isPort(port));
  if (bad !== undefined) return `\`${bad}\` is no port: 1 to 65535.`;
  return Number(low) <= Number(high) ? undefined : `\`${text}\` runs backwards: the lower port comes first.`;
}

/** https://github.com/distribution/reference/blob/main/reference.go */
export function image(text: string): string | undefined {
  const [name = '', ...digests] = text.split('@');
  if (digests.length > 1) return 'An image has one digest at most.';
  const digest = digests[0];
  if (digest !== undefined && !/^sha256:[0-9a-f]{64}$/.test(digest))
    return `\`${digest}\` is no digest: \`sha256:\` and 64 hexadecimal digits.`;
  const at = name.lastIndexOf(':');
  const tagged = at > name.lastIndexOf('/');
  const tag = tagged ? name.slice(at + 1) : undefined;
  if (tag !== undefined && !/^\w[\w.-]{0,127}$/.test(tag)) return `\`${tag}\` is no tag: letters, digits, \`_\`, \`.\` and \`-\`.`;
  const path = tagged ? name.slice(0, at) : name;
  const parts = path.split('/');
  const first = parts[0] ?? '';
  const registry = parts.length > 1 && /[.:]|^localhost$/.test(first) ? first : undefined;
  if (registry && hostPort(registry)) return `\`${registry}\` is no registry: a host, with a port if any.`;
  const wrong = (registry ? parts.slice(1) : parts).find((part) => !/^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/.test(part));
  if (wrong === undefined) return undefined;
  return /[A-Z]/.test(wrong)
    ? `The path of an image has small letters only: \`${wrong}\` has others.`
    : `\`${wrong}\` cannot be part of the name of an image.`;
}

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
export function label(text: string): string | undefined {
  const slash = text.lastIndexOf('/');
  const name = text.slice(slash + 1);
  if (slash > 0 && host(text.slice(0, slash)))
    return `\`${text.slice(0, slash)}\` is no DNS name: what stands in front of \`/\` in a label is one.`;
  return slash !== 0 && /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/.test(name)
    ? undefined
    : `\`${text}\` is no label: up to 63 letters, digits, \`-\`, \`_\`, \`.\`, beginning and ending with a letter or digit.`;
}
