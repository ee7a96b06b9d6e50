import type { DeployResult, DriftedField, LogLine, Platform } from '../ports.ts';

/**
 * The same platform; logs, details, diagnoses and drift that come from it hold no secret value of this process (S6). Whatever it is made
 * of, an object of functions or an instance of a class, is asked as itself.
 */
export function redactedPlatform(platform: Platform, redact: (text: string) => string): Platform {
  const cleaned: Partial<Platform> = {
    async *logs(environment, query, signal) {
      for await (const lines of platform.logs(environment, query, signal)) yield lines.map(clean);
    },
    apply: async (plan, report, signal) => cleanResult(await platform.apply(plan, report, signal)),
  };
  const { operate, reapply, details, drift, runJob } = platform;
  if (operate) cleaned.operate = async (...args) => cleanResult(await operate.apply(platform, args));
  if (reapply) cleaned.reapply = async (...args) => cleanResult(await reapply.apply(platform, args));
  if (runJob) {
    cleaned.runJob = async (...args) => {
      const { message, log, ...ended } = await runJob.apply(platform, args);
      return { ...ended, message: redact(message), log: log.map((line) => redact(line)) };
    };
  }
  if (details) {
    cleaned.details = async (...args) => {
      const found = await details.apply(platform, args);
      return { ...found, sections: found.sections.map((section) => ({ ...section, lines: section.lines.map(redact) })) };
    };
  }
  if (drift) {
    cleaned.drift = async (...args) => {
      const found = await drift.apply(platform, args);
      return { ...found, fields: found.fields.map(cleanField) };
    };
  }
  return new Proxy(platform, {
    get(target, name) {
      const own: unknown = Reflect.get(cleaned, name) ?? Reflect.get(target, name);
      return typeof own === 'function' ? own.bind(target) : own;
    },
  });

  function clean(line: LogLine): LogLine {
    const text = redact(line.text);
    return text === line.text ? line : { ...line, text };
  }

  /** What somebody set by hand may be a secret too. */
  function cleanField(field: DriftedField): DriftedField {
    const { deployed, live } = field;
    return {
      ...field,
      ...(deployed === undefined ? {} : { deployed: redact(deployed) }),
      ...(live === undefined ? {} : { live: redact(live) }),
    };
  }

  /** A diagnosis quotes the log of what fails. */
  function cleanResult(found: DeployResult): DeployResult {
    const { diagnosis } = found;
    if (!diagnosis) return { ...found, message: redact(found.message) };
    const { summary, evidence, log } = diagnosis;
    return {
      ...found,
      message: redact(found.message),
      diagnosis: { ...diagnosis, summary: redact(summary), evidence: evidence.map(redact), log: log.map(redact) },
    };
  }
}
