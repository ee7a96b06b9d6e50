/** Knows the secret values of this process and takes them out of texts before they are shown, written or sent (S6). */
export interface Redactor {
  /** Remembers a value; its base64, URL, JSON and per-line forms are taken out as well. Values under 4 characters are too short to tell. */
  register(value: string | Uint8Array): void;
  redact(text: string): string;
}

const mark = '[redacted]';
const shortest = 4;

/** An empty redactor; one per process, handed to every adapter that reads secrets and to every sink. */
export function redactor(): Redactor {
  const forms = new Set<string>();
  let pattern: RegExp | undefined;
  return {
    register(value) {
      const text = typeof value === 'string' ? value : Buffer.from(value).toString('utf8');
      for (const form of formsOf(text)) forms.add(form);
      pattern = undefined;
    },
    redact(text) {
      if (forms.size === 0) return text;
      pattern ??= new RegExp(
        [...forms]
          .sort((a, b) => b.length - a.length)
          .map(escaped)
          .join('|'),
        'g',
      );
      return text.replace(pattern, mark);
    },
  };
}

function formsOf(value: string): string[] {
  const whole = [value, value.trim()];
  const lines = value.includes('\n')
    ? value
        .split(/\r?\n/)
        .map((line) => line.trim())
        .filter((line) => line.length >= 8)
    : [];
  const plain = [...whole, ...lines].filter((text) => text.length >= shortest);
  return [...new Set(plain.flatMap((text) => [text, ...encoded(text)]))].filter((form) => form.length >= shortest);
}

function encoded(text: string): string[] {
  const url = encodeURIComponent(text);
  return [
    ...base64Forms(text),
    url,
    url.replaceAll('%20', '+'),
    url.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    JSON.stringify(text).slice(1, -1),
    Buffer.from(text).toString('hex'),
  ];
}

/** Base64 of the value wherever it stands in a longer text (`user:password`): the part that its neighbours cannot change, in all three phases. */
function base64Forms(text: string): string[] {
  const bytes = Buffer.from(text);
  const inner = [0, 1, 2].map((phase) => {
    const padded = Buffer.concat([Buffer.alloc(phase), bytes])
      .toString('base64')
      .replaceAll('=', '');
    const first = phase === 0 ? 0 : phase + 1;
    const cut = (bytes.length + phase) % 3 === 0 ? 0 : 1;
    return padded.slice(first, padded.length - cut);
  });
  const whole = bytes.toString('base64');
  const all = [whole, ...inner.filter((form) => form.length >= 8)];
  return all.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
