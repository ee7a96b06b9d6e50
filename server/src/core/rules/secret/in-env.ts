import type { Instruction, Pair, PairInstruction } from '../../dockerfile/model.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import type { Report } from '../rule.ts';

/** No secret is written into ENV or ARG: both can be read from the image by everyone who has it. */
export const rule: DockerfileRule = {
  summary: 'ENV and ARG hold no secrets.',
  severity: 'error',
  aliases: ['DL3064', 'SecretsUsedInArgOrEnv'],
  fixable: false,
  needs: ['ENV', 'ARG'],
  check(context) {
    const pattern = secretPattern(context);
    const reports: Report[] = [];
    for (const instruction of context.file.instructions) {
      const inner: Instruction | undefined = instruction.kind === 'ONBUILD' ? instruction.trigger : instruction;
      if (inner?.kind !== 'ENV' && inner?.kind !== 'ARG') continue;
      for (const pair of inner.pairs) {
        if (isSecretName(pair.name.value, pattern) && holdsValue(inner, pair)) reports.push(reportOf(context, inner, pair));
      }
    }
    return reports;
  },
};

/** Used when the standards say nothing or something that is no regular expression. */
const fallback = /(pass(word)?|secret|token|api[_-]?key|private[_-]?key|credential)/gi;

function secretPattern(context: DockerfileContext): RegExp {
  const source = context.standards?.policy.secretNamePattern;
  if (!source) return new RegExp(fallback);
  try {
    return new RegExp(source, 'gi');
  } catch {
    return new RegExp(fallback);
  }
}

/** Last words of names that talk about a secret without being one: `DB_PASSWORD_FILE`, `TOKEN_TTL`. */
const harmlessEnd =
  /(?:^|[_-])(?:file|path|dir|directory|folder|store|location|mount|ur[li]|endpoint|host|port|name|id|arn|ref|ttl|timeout|expiry|expires|expiration|duration|age|length|len|size|count|limit|type|kind|alg|algo|algorithm|enabled?|disabled?|required|header|format|version|prefix|suffix|regex|pattern|policy|issuer|audience|scope|scopes|public|provider|manager|mode|rounds|iterations|check|prompt)s?$/i;

/** The pattern must end where a word of the name ends: `TOKENIZERS_PARALLELISM` and `COMPASS_X` are no secrets. */
function isSecretName(name: string, pattern: RegExp): boolean {
  if (harmlessEnd.test(name) || name.length > 200) return false;
  pattern.lastIndex = 0;
  for (const match of name.matchAll(pattern)) {
    if (match[0] === '') return false;
    const before = name[match.index - 1];
    const after = name.slice(match.index + match[0].length);
    const startsWord = before === undefined || !isLetter(before) || match[0].length > 4 || isUpperAfterLower(before, match[0][0]);
    if (startsWord && (/^(?:s?(?:$|[^a-zA-Z]))/i.test(after) || /^[A-Z][a-z]/.test(after))) return true;
  }
  return false;
}

function isLetter(c: string): boolean {
  return /[a-zA-Z]/.test(c);
}

function isUpperAfterLower(before: string, first: string | undefined): boolean {
  return /[a-z]/.test(before) && first !== undefined && /[A-Z]/.test(first);
}

/** False for empty values, references to other variables, paths, and switches. */
function holdsValue(instruction: PairInstruction, { value }: Pair): boolean {
  // `ARG TOKEN` takes its value from the command line, and the image's history keeps it.
  if (!value) return instruction.kind === 'ARG';
  if (value.value === '' || /^\$(?:\w+|\{[^}]*\})$/.test(value.value)) return false;
  return !/^(?:\/|\.{1,2}\/)|^(?:true|false|yes|no|on|off|none|null|0|1)$/i.test(value.value);
}

/** BuildKit takes whole words between underscores; hadolint a few words anywhere in the name. */
function peersOf(name: string): readonly string[] {
  const words = /(?:_|^)(?:apikey|auth|credentials?|key|password|pword|passwd|secret|token)(?:_|$)/i.test(name);
  const buildkit = words && !/(?:_|^)(?:public|file|version)(?:_|$)/i.test(name);
  const hadolint = /api_key|password|private|secret|token/i.test(name);
  return [...(hadolint ? ['DL3064'] : []), ...(buildkit ? ['SecretsUsedInArgOrEnv'] : [])];
}

function reportOf(context: DockerfileContext, instruction: PairInstruction, { name, value }: Pair): Report {
  const where = instruction.kind === 'ARG' ? "the image's history" : 'the image';
  const how = value ? 'has its value in' : 'takes its value at build time and leaves it in';
  return {
    range: context.range(value ?? name),
    message:
      `\`${name.value}\` looks like a secret and ${how} ${where}, where everyone who pulls it can read it. ` +
      `${instruction.kind === 'ARG' ? 'Pass it with `RUN --mount=type=secret`.' : 'Give it at run time: `env` with `secret:` in waybill.yaml.'}`,
    aliases: peersOf(name.value),
    ...(value ? {} : { severity: 'warning' }),
  };
}
