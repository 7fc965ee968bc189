// Samples of what an encoder sends, one a second: kept for some minutes, shown as curves and as a table.

import type { components } from '../../api/schema.d.ts';

export type Sample = components['schemas']['HealthSample'];

/** What a curve can show. */
export const METRICS = [
    'videoBitrate',
    'audioBitrate',
    'frameRate',
    'droppedFrames',
    'lateFrames',
    'keyFrameDistance',
    'audioLevel',
    'roundTrip',
    'viewers',
] as const;
export type Metric = (typeof METRICS)[number];

/** Added up over a while; the rest is averaged. */
const COUNTED: ReadonlySet<Metric> = new Set(['droppedFrames', 'lateFrames']);

export const WINDOW_MS = 5 * 60_000;
const ROW_MS = 10_000;

/** What was there and what has come, each moment once, no older than the window. */
export function append(samples: readonly Sample[], come: readonly Sample[]): readonly Sample[] {
    if (come.length === 0) return samples;
    const byTime = new Map([...samples, ...come].map((sample) => [Date.parse(sample.at), sample]));
    const times = [...byTime.keys()].sort((a, b) => a - b);
    const from = (times.at(-1) ?? 0) - WINDOW_MS;
    return times.filter((time) => time > from).flatMap((time) => byTime.get(time) ?? []);
}

export interface Curve {
    /** Seconds since 1970. */
    times: number[];
    /** Null where nothing is known, which leaves a hole. */
    values: (number | null)[];
}

/** A hole is left where more than this lies between two samples; s. */
const GAP_S = 3.5;

export function curve(samples: readonly Sample[], metric: Metric): Curve {
    const result: Curve = { times: [], values: [] };
    for (const sample of samples) {
        const time = Date.parse(sample.at) / 1000;
        const last = result.times.at(-1);
        if (last !== undefined && time - last > GAP_S) {
            result.times.push(last + 1);
            result.values.push(null);
        }
        result.times.push(time);
        result.values.push(sample[metric]);
    }
    return result;
}

export interface Range {
    least: number;
    most: number;
}

/** Undefined where nothing is known. */
export function range({ values }: Curve): Range | undefined {
    const known = values.filter((value) => value !== null);
    if (known.length === 0) return undefined;
    return { least: Math.min(...known), most: Math.max(...known) };
}

/** The last value; null where nothing is known. */
export function latest(samples: readonly Sample[], metric: Metric): number | null {
    return samples.at(-1)?.[metric] ?? null;
}

export interface Row {
    /** When it begins; ms since 1970. */
    at: number;
    values: Record<Metric, number | null>;
}

/** Ten seconds a row, newest first. */
export function rows(samples: readonly Sample[]): Row[] {
    const groups = new Map<number, Sample[]>();
    for (const sample of samples) {
        const at = Math.floor(Date.parse(sample.at) / ROW_MS) * ROW_MS;
        const group = groups.get(at);
        if (group === undefined) groups.set(at, [sample]);
        else group.push(sample);
    }
    return [...groups]
        .sort(([a], [b]) => b - a)
        .map(([at, group]) => ({
            at,
            values: Object.fromEntries(
                METRICS.map((metric) => [metric, summed(group, metric)]),
            ) as Record<Metric, number | null>,
        }));
}

function summed(group: readonly Sample[], metric: Metric): number | null {
    const known = group.map((sample) => sample[metric]).filter((value) => value !== null);
    if (known.length === 0) return null;
    const sum = known.reduce((a, b) => a + b, 0);
    return COUNTED.has(metric) ? sum : sum / known.length;
}
