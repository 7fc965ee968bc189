// What a channel costs: 720p and 480p beside a copy of 1080p, against the ffmpeg command line.
//
//     node tests/bench/transcode/main.ts [--seconds 20] [--rounds 3] [--sources pattern,head,heavy]
//         [--worker PATH] [--no-quality] [--check]
//
// All run on core 0, with one thread, as fast as they can, and take turns; CPU is user and system
// time of the whole process. Quality is SSIM against the source, the rung scaled back to its size.
// Prints one JSON line a source with the medians. --check fails when we cost more than 0.70 of
// ffmpeg's usual settings, or 0.85 of ffmpeg with ours, or when a rung is worse than with the usual.

import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

import { binary } from '../../support/server.ts';
import { median, rounded } from '../numbers.ts';
import { SOURCES, makeSource, type SourceName } from './sources.ts';
import { ssim } from './ssim.ts';
import { RUNGS, SAME, USUAL, ffmpeg, worker } from './subjects.ts';

const { values } = parseArgs({
    options: {
        seconds: { type: 'string', default: '20' },
        rounds: { type: 'string', default: '3' },
        sources: { type: 'string', default: Object.keys(SOURCES).join(',') },
        worker: { type: 'string', default: join(dirname(binary), 'directfanz-worker') },
        quality: { type: 'boolean', default: true },
        check: { type: 'boolean', default: false },
    },
    allowNegative: true,
});

const TARGET_USUAL = 0.7;
const TARGET_SAME = 0.85;
/** What two measurements of the same may differ by. */
const SSIM_TOLERANCE = 0.001;

const seconds = Number(values.seconds);
const subjects = { ours: worker(values.worker), usual: ffmpeg(USUAL), same: ffmpeg(SAME) };
type Name = keyof typeof subjects;
const names = Object.keys(subjects) as Name[];

const root = await mkdtemp('/dev/shm/directfanz-transcode-');
try {
    for (const name of values.sources.split(',') as SourceName[]) {
        const source = join(root, `${name}.flv`);
        await makeSource(name, seconds, source);
        const costs: Record<Name, number[]> = { ours: [], usual: [], same: [] };
        for (let round = 0; round < Number(values.rounds); ++round) {
            // Whoever is last in one round is first in the next.
            const turns = round % 2 === 0 ? names : names.toReversed();
            for (const subject of turns)
                costs[subject].push(
                    (await subjects[subject](source, join(root, subject))) / seconds,
                );
        }
        const quality: Record<string, number[]> = {};
        if (values.quality) {
            for (const subject of names) {
                quality[`${subject}_ssim`] = [];
                for (const rung of RUNGS) {
                    const file = join(root, `${subject}.${rung.name}.h264`);
                    quality[`${subject}_ssim`]?.push(rounded(await ssim(file, source), 4));
                }
            }
        }
        const ratio = (to: Name) =>
            rounded(median(costs.ours.map((cost, i) => cost / (costs[to][i] ?? Number.NaN))), 3);
        const result = {
            source: name,
            ...Object.fromEntries(names.map((n) => [`${n}_cpu`, rounded(median(costs[n]), 3)])),
            ...{ ratio_usual: ratio('usual'), ratio_same: ratio('same') },
            channels_per_core: rounded(1 / median(costs.ours), 1),
            ...quality,
        };
        console.log(JSON.stringify(result));
        if (!values.check) continue;
        const worse = RUNGS.filter(
            (_, i) =>
                (quality['ours_ssim']?.[i] ?? 0) + SSIM_TOLERANCE <
                (quality['usual_ssim']?.[i] ?? 0),
        );
        if (!(result.ratio_usual <= TARGET_USUAL && result.ratio_same <= TARGET_SAME)) {
            console.error(`${name}: more than ${TARGET_USUAL} or ${TARGET_SAME} of ffmpeg`);
            process.exitCode = 1;
        }
        for (const rung of worse) {
            console.error(`${name}: ${rung.name} is worse than ffmpeg's`);
            process.exitCode = 1;
        }
    }
} finally {
    await rm(root, { recursive: true, force: true });
}
