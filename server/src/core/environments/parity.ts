import { cpuCores, memoryBytes } from '../service/amounts.ts';
import { booleanAt, entriesAt, itemsAt, plain, textAt, valueAt, type YamlNode } from '../yaml/tree.ts';

/** One field of a service in an environment beside the one that it mirrors. */
export interface ParityField {
  /** Keys with dots between; named list items in brackets: `ports[http].port`. */
  readonly path: string;
  /** Keys for editing; undefined inside of lists. */
  readonly keys?: readonly string[];
  /** In the environment that mirrors. */
  readonly mirror?: YamlNode;
  /** In the one that is mirrored. */
  readonly model?: YamlNode;
  /**
   * `same`; `missing` in the mirror; `extra` there; `different`; `expected`: may differ, as the value of a variable does;
   * `amount`: how much of it there is.
   */
  readonly state: 'same' | 'missing' | 'extra' | 'different' | 'expected' | 'amount';
  /** Of an amount: how many times as much the model has. */
  readonly ratio?: number;
}

/** Fields that an environment has a right to have in its own way; a pattern of the path. */
const own = /^(?:env(?:\.|$)|expose\.|config\[[^\]]*\]\.source|envFrom|logs\.(?:store|retention)|registration\.|promote|notify)/;
const amounts = /^(?:scale\.(?:replicas|auto\.(?:min|max))|resources\.(?:requests|limits)\.\w+)$/;
/** Sections that say nothing of how a service runs. */
const passedOver = new Set(['apiVersion', 'kind', 'metadata', 'standards', 'build', 'image', 'environments', 'dependsOn']);

const flat = /^(?:env|jdk|network|rollout|logs|lifecycle(?:\.preStop)?|scale(?:\.auto)?|resources(?:\.\w+)?|expose)$/;

/** Lists of named things: path → the member that names them. */
const named: Readonly<Record<string, string>> = {
  ports: 'name',
  config: 'target',
  'logs.files': 'name',
  'canary.checks': 'name',
  verify: 'name',
};

/** Compares two merged manifests field by field, in the order of the model; what is the same is listed as well. */
export function parityOf(mirror: YamlNode, model: YamlNode): readonly ParityField[] {
  return keysOf(mirror, model)
    .filter((key) => !passedOver.has(key))
    .flatMap((key) => compare({ path: key, keys: [key], mirror: valueAt(mirror, key), model: valueAt(model, key) }));
}

interface Pair {
  readonly path: string;
  readonly keys: readonly string[] | undefined;
  readonly mirror: YamlNode | undefined;
  readonly model: YamlNode | undefined;
}

function compare(pair: Pair): readonly ParityField[] {
  const { path, keys, mirror, model } = pair;
  const both = isMap(mirror) && isMap(model);
  // A section of settings on one side alone is as many differences as it has settings; a probe or a canary is one.
  const one = flat.test(path) && (isMap(mirror) || isMap(model)) && (!mirror || !model);
  if ((both || one) && !isValue(path)) {
    return keysOf(mirror, model).flatMap((key) =>
      compare({ path: `${path}.${key}`, keys: keys && [...keys, key], mirror: valueAt(mirror, key), model: valueAt(model, key) }),
    );
  }
  const member = named[path] ?? (/^process\.[^.]+\.programs$/.test(path) ? 'name' : undefined);
  if (member && mirror?.kind === 'list' && model?.kind === 'list') return compareNamed(path, member, mirror, model);
  return [{ path, ...(keys ? { keys } : {}), ...(mirror ? { mirror } : {}), ...(model ? { model } : {}), ...stateOf(pair) }];
}

function compareNamed(path: string, member: string, mirror: YamlNode, model: YamlNode): readonly ParityField[] {
  const nameOf = (item: YamlNode) => textAt(item, member) ?? '';
  const names = [...new Set([...itemsAt(model).map(nameOf), ...itemsAt(mirror).map(nameOf)])];
  const find = (list: YamlNode, name: string) => itemsAt(list).find((item) => nameOf(item) === name);
  return names.flatMap((name) =>
    compare({ path: `${path}[${name}]`, keys: undefined, mirror: find(mirror, name), model: find(model, name) }),
  );
}

function stateOf({ path, mirror, model }: Pair): Pick<ParityField, 'state' | 'ratio'> {
  if (!mirror || !model) {
    if (own.test(path) && !path.startsWith('env.')) return { state: 'expected' };
    // What is off is as good as not there.
    if (booleanAt(mirror ?? model) === false) return { state: 'same' };
    return { state: mirror ? 'extra' : 'missing' };
  }
  if (JSON.stringify(plain(mirror)) === JSON.stringify(plain(model))) return { state: 'same' };
  if (amounts.test(path)) return { state: 'amount', ...ratioOf(path, mirror, model) };
  return { state: own.test(path) ? 'expected' : 'different' };
}

function ratioOf(path: string, mirror: YamlNode, model: YamlNode): { readonly ratio?: number } {
  const read = (node: YamlNode) => {
    const text = textAt(node) ?? '';
    if (path.startsWith('scale.')) return Number(text);
    return path.endsWith('.cpu') ? cpuCores(text) : memoryBytes(text);
  };
  const [less, more] = [read(mirror), read(model)];
  return less && more && Number.isFinite(more / less) ? { ratio: more / less } : {};
}

/** A value of `env` is one value, whatever its form. */
function isValue(path: string): boolean {
  return /^env\.[^.]+$/.test(path);
}

function isMap(node: YamlNode | undefined): boolean {
  return node?.kind === 'map';
}

function keysOf(mirror: YamlNode | undefined, model: YamlNode | undefined): readonly string[] {
  return [...new Set([...entriesAt(model), ...entriesAt(mirror)].map(({ key }) => key))];
}
