// The page of numbers that an operator's Prometheus reads.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { get } from './hls.ts';
import type { Server } from './server.ts';

/** Flags with which a server offers its numbers, on a free port. */
export const metricsArgs = ['--metrics', '127.0.0.1:0'] as const;

export async function metricsPage(server: Server): Promise<string> {
    const file = await readFile(join(server.data, 'listening.json'), 'utf8');
    const { metrics } = JSON.parse(file) as { metrics: string };
    return (await get(`http://${metrics}/metrics`)).text();
}

/** One number of the page; `labels` with their braces, as it stands there. */
export function metric(page: string, name: string, labels = ''): number {
    const line = page.split('\n').find((each) => each.startsWith(`${name}${labels} `));
    if (line === undefined) throw new Error(`no ${name}${labels} in:\n${page}`);
    return Number(line.slice(line.lastIndexOf(' ') + 1));
}
