import { StringDecoder } from 'node:string_decoder';
import type { BuildEvent } from '../ports.ts';

/** What a builder's stream told, step by step; ends in `outcome`. */
export interface BuildProgress {
  /** One JSON value of the stream. */
  take(value: Readonly<Record<string, unknown>>): void;
  outcome(): BuildOutcome;
}

export interface BuildOutcome {
  /** `sha256:…`; undefined when the build did not come to an image. */
  readonly id: string | undefined;
  readonly error: string | undefined;
  /** Line of the Dockerfile that failed, one-based. */
  readonly line: number | undefined;
  /** Last lines of the output of the step that failed. */
  readonly output: readonly string[];
  readonly cached: number;
  readonly ran: number;
}

/** Output of steps: whole lines, without the values of the build's secrets, the last of them kept for the error. */
export interface StepOutput {
  add(step: string, bytes: Buffer): void;
  /** Hands out what has no line end yet. */
  flush(step: string): void;
  tail(step: string): readonly string[];
}

const kept = 20;

export function stepOutput(report: (event: BuildEvent) => void, hide: (text: string) => string): StepOutput {
  const steps = new Map<string, { decoder: StringDecoder; rest: string; last: string[] }>();
  const of = (step: string) => {
    const known = steps.get(step) ?? { decoder: new StringDecoder('utf8'), rest: '', last: [] };
    steps.set(step, known);
    return known;
  };
  const emit = (step: string, text: string): void => {
    const clean = hide(text);
    const state = of(step);
    state.last = [...state.last, ...clean.split('\n').filter((line) => line.trim() !== '')].slice(-kept);
    report({ type: 'output', step, text: clean });
  };
  return {
    add: (step, bytes) => {
      const state = of(step);
      const text = state.rest + state.decoder.write(bytes);
      const end = text.lastIndexOf('\n') + 1;
      state.rest = text.slice(end);
      if (end > 0) emit(step, text.slice(0, end));
    },
    flush: (step) => {
      const state = of(step);
      const rest = state.rest + state.decoder.end();
      state.rest = '';
      if (rest !== '') emit(step, `${rest}\n`);
    },
    tail: (step) => steps.get(step)?.last ?? [],
  };
}

/** Replaces secret values, whole and line by line; values shorter than four characters would hide ordinary text. */
export function hiding(values: readonly Uint8Array[]): (text: string) => string {
  const words = values
    .flatMap((value) => Buffer.from(value).toString('utf8').split('\n'))
    .map((word) => word.trim())
    .filter((word) => word.length >= 4)
    .sort((a, b) => b.length - a.length);
  return (text) => words.reduce((clean, word) => clean.replaceAll(word, '***'), text);
}

/** The error of a stream's line, if it is one. */
export function errorIn(value: Readonly<Record<string, unknown>>): string | undefined {
  const detail = value.errorDetail;
  if (typeof detail === 'object' && detail !== null && 'message' in detail) return String(detail.message);
  return typeof value.error === 'string' ? value.error : undefined;
}

/** The id of an image in an `aux` value. */
export function idIn(value: Readonly<Record<string, unknown>>): string | undefined {
  const aux = value.aux;
  if (typeof aux !== 'object' || aux === null || !('ID' in aux)) return undefined;
  return typeof aux.ID === 'string' && aux.ID !== '' ? aux.ID : undefined;
}

/** The line that a builder's message names: `Dockerfile:3`, `dockerfile parse error line 3`, `… on line 3`. */
export function lineIn(message: string): number | undefined {
  const found = /(?:^|\n|\s)[^\s:]*ockerfile[^\s:]*:(\d+)\b|parse error (?:on )?line (\d+)|\bon line (\d+)/.exec(message);
  const digits = found?.[1] ?? found?.[2] ?? found?.[3];
  return digits === undefined ? undefined : Number(digits);
}
