import type { ShellWord } from './shellModel.ts';

/** An option of a command with the value that stands in it or in the next word. */
export interface Option {
  /** Without `=value`; of a short option with its value attached, the two characters. */
  readonly name: string;
  readonly value?: string;
  readonly word: ShellWord;
  /** The next word, when the value stands there. */
  readonly valueWord?: ShellWord;
}

export interface Arguments {
  readonly plain: readonly ShellWord[];
  readonly options: readonly Option[];
}

/** Parts words (program left out) into options and the rest; `values` names the options whose value may be the next word. */
export function readArguments(words: readonly ShellWord[], values: ReadonlySet<string>): Arguments {
  const plain: ShellWord[] = [];
  const options: Option[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (!word) break;
    if (word.value === '--') {
      plain.push(...words.slice(i + 1));
      break;
    }
    if (!word.value.startsWith('-') || word.value === '-') {
      plain.push(word);
      continue;
    }
    const option = optionAt(word, words[i + 1], values);
    if (option.valueWord) i++;
    options.push(option);
  }
  return { plain, options };
}

function optionAt(word: ShellWord, next: ShellWord | undefined, values: ReadonlySet<string>): Option {
  const { value } = word;
  const equals = value.indexOf('=');
  if (value.startsWith('--') && equals > 0) return { name: value.slice(0, equals), value: value.slice(equals + 1), word };
  if (values.has(value)) return next ? { name: value, value: next.value, word, valueWord: next } : { name: value, word };
  const short = value.slice(0, 2);
  if (!value.startsWith('--') && value.length > 2 && values.has(short))
    return { name: short, value: value.slice(2).replace(/^=/, ''), word };
  return { name: value, word };
}

/**
 * The word that carries a flag: `--long` (also `--long=…`), or the letter alone or bundled (`-qqy`).
 * `valued`: letters behind which the rest of a bundle is a value.
 */
export function flagWord(words: readonly ShellWord[], short: string, long: readonly string[] = [], valued = ''): ShellWord | undefined {
  return words.find(({ value }) => {
    if (value.startsWith('--')) return long.some((name) => value === name || value.startsWith(`${name}=`));
    if (!/^-[A-Za-z0-9]/.test(value)) return long.includes(value);
    for (const letter of value.slice(1)) {
      if (short.includes(letter)) return true;
      if (valued.includes(letter) || !/[A-Za-z0-9]/.test(letter)) return false;
    }
    return false;
  });
}

/** The value of the option that `word` names: behind its `=`, or the word after it. */
export function valueAfter(words: readonly ShellWord[], word: ShellWord): string {
  const equals = word.value.indexOf('=');
  if (word.value.startsWith('--') && equals > 0) return word.value.slice(equals + 1);
  if (/^-[A-Za-z]./.test(word.value)) return word.value.slice(2).replace(/^=/, '');
  return words[words.indexOf(word) + 1]?.value ?? '';
}

/** True for a variable that is named after options, alone in its word: what it holds may be the very option that is asked for. */
export function holdsOptions({ literal, text }: ShellWord): boolean {
  return (
    !literal && text.length < 100 && /^"?\$\{?\w*(?:opts?|options?|flags?|args?|params?|yes)(?:_\w*)?(?:\}|"|:|-|$)|^"?\$[@*]/i.test(text)
  );
}
