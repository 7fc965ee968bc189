// What a soak run writes down every few seconds, and what its end is judged by.

import { readFile } from 'node:fs/promises';

export interface Sample {
    /** Seconds since the run began. */
    at: number;
    rssKb: number;
    pssKb: number;
    /** Of the server: what it holds and has not freed. */
    allocatedKb: number;
    descriptors: number;
    threads: number;
    /** Of the server, over the interval: 1 is one core. */
    cpu: number;
    /** From the end of a part's time to its last byte at a viewer, over the interval. */
    latencyMs: { p50: number; p99: number } | null;
    publishers: number;
    viewers: number;
    workers: number;
    /** Proportional, of all workers together. */
    workersKb: number;
}

export async function readSamples(file: string): Promise<Sample[]> {
    const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as Sample);
}

/** The value below which `share` (0..1) of the others lie. */
export function quantile(values: readonly number[], share: number): number {
    const sorted = values.toSorted((a, b) => a - b);
    const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
    if (value === undefined) throw new Error('no values');
    return value;
}

/** The share of a run before everything has been used once. */
export const WARM_UP = 0.2;
/** What the middle of a quantity may rise by, from the first half behind the warm-up to the second. */
const MOST_GROWTH = {
    memoryShare: 0.05,
    memoryKb: 3 * 1024,
    descriptors: 8,
    threads: 0,
    latencyMs: 150,
    /** There are as many as there are publishers, and these come and go. */
    workersBesidePublishers: 1,
};
/**
 * Of the server's proportional memory the low tide: freed memory is kept until there is some of it, and then given
 * back, so that the middle says more about the moment than about growth.
 */
const LOW_TIDE = 0.02;
const FEWEST_SAMPLES = 10;

/** What is wrong with the run, a sentence each; nothing if all stayed flat. */
export function verdict(samples: readonly Sample[]): string[] {
    const warm = samples.slice(Math.floor(samples.length * WARM_UP));
    if (warm.length < FEWEST_SAMPLES) return [`only ${warm.length} samples behind the warm-up`];
    const middle = Math.floor(warm.length / 2);
    const wrong: string[] = [];
    const compare = (
        what: string,
        value: (sample: Sample) => number | undefined,
        most: (before: number) => number,
        share = 0.5,
    ): void => {
        const typical = (part: readonly Sample[]): number => {
            const values = part.map(value).filter((known) => known !== undefined);
            return values.length === 0 ? Number.NaN : quantile(values, share);
        };
        const [before, after] = [typical(warm.slice(0, middle)), typical(warm.slice(middle))];
        // So written that a missing value is wrong, too.
        if (!(after - before <= most(before))) wrong.push(`${what}: from ${before} to ${after}`);
    };
    const memory = (before: number): number =>
        MOST_GROWTH.memoryKb + before * MOST_GROWTH.memoryShare;
    compare('allocated memory (KiB)', (sample) => sample.allocatedKb, memory);
    compare('memory (KiB)', (sample) => sample.pssKb, memory, LOW_TIDE);
    compare(
        'memory of a worker (KiB)',
        (sample) => (sample.workers > 0 ? sample.workersKb / sample.workers : undefined),
        memory,
    );
    compare(
        'workers beside those of publishers',
        (sample) => sample.workers - sample.publishers,
        () => MOST_GROWTH.workersBesidePublishers,
    );
    compare(
        'descriptors',
        (sample) => sample.descriptors,
        () => MOST_GROWTH.descriptors,
    );
    compare(
        'threads',
        (sample) => sample.threads,
        () => MOST_GROWTH.threads,
    );
    compare(
        'latency (ms)',
        (sample) => sample.latencyMs?.p50,
        () => MOST_GROWTH.latencyMs,
    );
    return wrong;
}
