import type { LogLine, Platform } from '../ports.ts';

/** The same platform, whose logs and details hold no secret value of this process (S6). */
export function withRedactedLogs(platform: Platform, redact: (text: string) => string): Platform {
  const { details } = platform;
  return {
    ...platform,
    async *logs(environment, query, signal) {
      for await (const lines of platform.logs(environment, query, signal)) yield lines.map(clean);
    },
    ...(details
      ? {
          details: async (...args) => {
            const found = await details(...args);
            return { ...found, sections: found.sections.map((section) => ({ ...section, lines: section.lines.map(redact) })) };
          },
        }
      : {}),
  };

  function clean(line: LogLine): LogLine {
    const text = redact(line.text);
    return text === line.text ? line : { ...line, text };
  }
}
