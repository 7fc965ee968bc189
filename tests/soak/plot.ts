// Draws a soak run.
//
//     node tests/soak/plot.ts SAMPLES.jsonl PLOT.svg

import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { quantile, readSamples, WARM_UP, type Sample } from './samples.ts';

const WIDTH = 900;
const PANEL = 150;
const LEFT = 90;
const RIGHT = 20;
const TOP = 40;
const GAP = 44;

interface Line {
    name: string;
    colour: string;
    value: (sample: Sample) => number | undefined;
}

interface Panel {
    title: string;
    lines: Line[];
}

const PANELS: Panel[] = [
    {
        title: 'Memory (MiB): proportional set size, and what is allocated of it',
        lines: [
            { name: 'PSS', colour: '#3266ad', value: (sample) => sample.pssKb / 1024 },
            {
                name: 'allocated',
                colour: '#b0553a',
                value: (sample) => sample.allocatedKb / 1024,
            },
        ],
    },
    {
        title: 'Open descriptors, and threads',
        lines: [
            { name: 'descriptors', colour: '#3266ad', value: (sample) => sample.descriptors },
            { name: 'threads', colour: '#b0553a', value: (sample) => sample.threads },
        ],
    },
    {
        title: 'Latency of parts (ms): end of the part to its last byte at a viewer',
        lines: [
            { name: 'median', colour: '#3266ad', value: (sample) => sample.latencyMs?.p50 },
            { name: 'p99', colour: '#b0553a', value: (sample) => sample.latencyMs?.p99 },
        ],
    },
    {
        title: 'CPU of the server (% of a core), and publishers on air',
        lines: [
            { name: 'CPU', colour: '#3266ad', value: (sample) => sample.cpu * 100 },
            { name: 'publishers', colour: '#b0553a', value: (sample) => sample.publishers },
        ],
    },
    {
        title: 'Workers, and the memory of one (MiB, proportional set size)',
        lines: [
            {
                name: 'memory',
                colour: '#3266ad',
                value: ({ workers, workersKb }) =>
                    workers > 0 ? workersKb / workers / 1024 : undefined,
            },
            { name: 'workers', colour: '#b0553a', value: (sample) => sample.workers },
        ],
    },
];

const text = (x: number, y: number, anchor: string, words: string, fill = '#333'): string =>
    `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="${fill}">${words}</text>`;

/** A round number at or above `value`, for the axis. */
function ceiling(value: number): number {
    const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
    return ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10) * power;
}

function drawPanel(panel: Panel, samples: readonly Sample[], top: number): string {
    const last = samples.at(-1)?.at ?? 1;
    const values = panel.lines.flatMap((line) =>
        samples.map(line.value).filter((value) => value !== undefined),
    );
    const highest = ceiling(values.length > 0 ? quantile(values, 1) : 1);
    const x = (seconds: number): number => LEFT + (seconds / last) * (WIDTH - LEFT - RIGHT);
    const y = (value: number): number => top + PANEL * (1 - value / highest);
    const drawn = [text(LEFT, top - 8, 'start', panel.title)];
    for (const share of [0, 0.5, 1]) {
        const value = highest * share;
        drawn.push(
            `<path d="M${LEFT} ${y(value)}H${WIDTH - RIGHT}" stroke="#ddd"/>`,
            text(LEFT - 8, y(value) + 4, 'end', String(value)),
        );
    }
    for (const share of [0, 0.25, 0.5, 0.75, 1]) {
        const minutes = (last * share) / 60;
        drawn.push(text(x(last * share), top + PANEL + 16, 'middle', `${minutes.toFixed(0)} min`));
    }
    for (const [index, line] of panel.lines.entries()) {
        let path = '';
        for (const sample of samples) {
            const value = line.value(sample);
            // A sample without a value leaves a hole.
            if (value === undefined) path += ' ';
            else {
                const pen = path === '' || path.endsWith(' ') ? 'M' : 'L';
                path += `${pen}${x(sample.at).toFixed(1)} ${y(value).toFixed(1)}`;
            }
        }
        drawn.push(`<path d="${path.trim()}" fill="none" stroke="${line.colour}"/>`);
        drawn.push(text(WIDTH - RIGHT - 90 * index, top - 8, 'end', line.name, line.colour));
    }
    const warm = x(last * WARM_UP);
    drawn.push(`<path d="M${warm} ${top}v${PANEL}" stroke="#999" stroke-dasharray="4 4"/>`);
    return drawn.join('\n');
}

export function plot(samples: readonly Sample[]): string {
    const height = TOP + PANELS.length * (PANEL + GAP);
    return [
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
        `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
        ...PANELS.map((panel, index) => drawPanel(panel, samples, TOP + index * (PANEL + GAP))),
        '</svg>\n',
    ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const [, , from = '', to = ''] = process.argv;
    await writeFile(to, plot(await readSamples(from)));
}
