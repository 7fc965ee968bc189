// A viewer who never looks away: follows every rendition of a stream by blocking reload, fetches each part, and
// says aloud what it saw. A program of its own, so that it can stand in another network namespace, and so that
// what the test itself is busy with delays no part.
//
//     node tests/support/follow.ts PLAYBACK_URL        one JSON object a line, see Seen

import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';

import { span, timescale } from './fmp4.ts';
import {
    getMedia,
    nextPart,
    renditionUrls,
    untilLive,
    type MediaPlaylist,
    type Segment,
} from './hls.ts';
import { patience } from './patience.ts';
import { Child } from './process.ts';

/** Between two tries when the server cannot be reached, or has nothing. */
const RETRY_MS = 250;
const START_TIMEOUT_MS = 60_000;
/** Beyond a rounding: what a rendition's clock and its dates may disagree by. */
const DATE_TOLERANCE_MS = 5;

export type Seen =
    | {
          event: 'part';
          rendition: string;
          mediaSequence: number;
          part: number;
          /** Milliseconds since 1970: when its last byte was there. */
          at: number;
          /** Seconds, on the rendition's own timeline. */
          start: number;
          duration: number;
          /** Milliseconds since 1970: the date of its segment. */
          date: number;
          discontinuity: number;
      }
    /** The stream cannot be followed at present. */
    | { event: 'trouble'; rendition: string; at: number; why: string }
    /** What must never be. */
    | { event: 'fault'; rendition: string; at: number; why: string };

export type PartSeen = Extract<Seen, { event: 'part' }>;

/** Times are whole ticks: less than one of them is the division's rounding. */
const TICK_SECONDS = 1e-6;
/** In the place of a part's number: a segment whose parts are not listed any more. */
export const WHOLE = 1_000_000;

interface Piece {
    segment: Segment;
    index: number;
    uri: string;
    gap: boolean;
}

/** What there is to fetch of a segment: its parts, or itself once it is too old for them. */
function pieces(segment: Segment): Piece[] {
    if (segment.parts.length === 0 && segment.uri !== undefined) {
        return [{ segment, index: WHOLE, uri: segment.uri, gap: segment.gap }];
    }
    return segment.parts.map(({ uri, gap }, index) => ({ segment, index, uri, gap }));
}

type Report = (seen: Seen) => void;

async function bytes(url: string): Promise<Buffer> {
    const response = await fetch(url, { signal: AbortSignal.timeout(60_000) });
    const body = Buffer.from(await response.arrayBuffer());
    if (response.status !== 200) throw new Error(`${url}: ${response.status}`);
    return body;
}

/** Follows one rendition; what it knows of the timeline outlasts trouble. */
class Rendition {
    readonly #url: string;
    readonly #name: string;
    readonly #report: Report;
    readonly #timescales = new Map<string, number>();
    #last: PartSeen | undefined;
    /** Trouble came between the last part and the next: parts may have been missed. */
    #troubled = false;

    constructor(url: string, report: Report) {
        this.#url = url;
        this.#name = new URL(url).pathname.split('/').at(-1)?.replace('.m3u8', '') ?? '';
        this.#report = report;
    }

    async follow(): Promise<never> {
        let playlist: MediaPlaylist | undefined;
        for (;;) {
            try {
                playlist = playlist ? await nextPart(playlist) : await getMedia(this.#url);
                await this.#take(playlist);
                if (playlist.ended) throw new Error('the broadcast has ended');
            } catch (error) {
                playlist = undefined;
                this.#troubled = true;
                const why = error instanceof Error ? error.message : String(error);
                this.#say({ event: 'trouble', rendition: this.#name, at: Date.now(), why });
                await sleep(RETRY_MS);
            }
        }
    }

    #say(seen: Seen): void {
        this.#report(seen);
    }

    #fault(why: string): void {
        this.#say({ event: 'fault', rendition: this.#name, at: Date.now(), why });
    }

    /** Fetches what is new, in order. At first that is the newest part alone. */
    async #take(playlist: MediaPlaylist): Promise<void> {
        const last = this.#last;
        const first = playlist.segments.at(0)?.mediaSequence ?? 0;
        const newest = playlist.segments.at(-1)?.mediaSequence ?? 0;
        if (last && newest < last.mediaSequence) this.#fault(`back to ${newest}`);
        if (last && !this.#troubled && first > last.mediaSequence + 1) {
            this.#fault(`segments up to ${first} left before they were seen`);
        }
        const fresh = playlist.segments.flatMap(pieces).filter(({ segment, index }) => {
            if (!last || segment.mediaSequence > last.mediaSequence) return true;
            return segment.mediaSequence === last.mediaSequence && index > last.part;
        });
        for (const piece of last ? fresh : fresh.slice(-1)) await this.#fetch(piece);
    }

    async #fetch({ segment, index, uri, gap }: Piece): Promise<void> {
        const { mediaSequence } = segment;
        if (gap || segment.gap) {
            this.#fault(`a gap at ${mediaSequence}.${index}`);
            return;
        }
        const ticks = await this.#timescale(segment.map);
        const media = span(await bytes(uri));
        const last = this.#last;
        let start = media.start / ticks;
        const end = start + media.duration / ticks;
        if (index === WHOLE && last?.mediaSequence === mediaSequence) {
            // Its first parts are known already.
            start = last.start + last.duration;
            if (end < start + TICK_SECONDS) return;
        }
        this.#seen({
            ...{ event: 'part', rendition: this.#name, mediaSequence, part: index },
            ...{ at: Date.now(), start, duration: end - start },
            date: segment.programDateTime ?? Number.NaN,
            discontinuity: segment.discontinuitySequence,
        });
    }

    #seen(part: PartSeen): void {
        const last = this.#last;
        const name = `${part.mediaSequence}.${part.part}`;
        if (last && part.discontinuity < last.discontinuity) this.#fault(`${name}: discontinuity`);
        if (last && part.discontinuity === last.discontinuity) this.#compare(last, part, name);
        this.#last = part;
        this.#troubled = false;
        this.#say(part);
    }

    /** Two parts of one timeline. */
    #compare(last: PartSeen, part: PartSeen, name: string): void {
        const end = last.start + last.duration;
        if (part.start < end - TICK_SECONDS) this.#fault(`${name}: ${part.start} is before ${end}`);
        const { mediaSequence } = last;
        const follows =
            (part.mediaSequence === mediaSequence && [last.part + 1, WHOLE].includes(part.part)) ||
            (part.mediaSequence === mediaSequence + 1 && [0, WHOLE].includes(part.part));
        if (!follows && !this.#troubled)
            this.#fault(`${name} follows ${last.mediaSequence}.${last.part}`);
        if (follows && part.start > end + TICK_SECONDS)
            this.#fault(`${name}: a hole from ${end} to ${part.start}`);
        if (part.date < last.date - DATE_TOLERANCE_MS) this.#fault(`${name}: the date goes back`);
    }

    async #timescale(map: string | undefined): Promise<number> {
        if (map === undefined) throw new Error('no EXT-X-MAP');
        const known = this.#timescales.get(map);
        if (known !== undefined) return known;
        const found = timescale(await bytes(map));
        this.#timescales.set(map, found);
        return found;
    }
}

async function main(playbackUrl: string): Promise<void> {
    const report: Report = (seen) => process.stdout.write(`${JSON.stringify(seen)}\n`);
    const multivariant = await untilLive(playbackUrl, START_TIMEOUT_MS);
    await Promise.all(
        renditionUrls(multivariant).map((url) => new Rendition(url, report).follow()),
    );
}

/** The program, run as a child; `wrapper` goes before it, such as `ip netns exec NAME`. */
export class Follower {
    readonly seen: Seen[] = [];
    readonly #child: Child;

    constructor(playbackUrl: string, wrapper: readonly string[] = []) {
        const program = fileURLToPath(import.meta.url);
        const [command = '', ...args] = [...wrapper, process.execPath, program, playbackUrl];
        this.#child = new Child(command, args);
        let rest = '';
        this.#child.process.stdout?.on('data', (data: Buffer) => {
            const lines = (rest + data.toString()).split('\n');
            rest = lines.pop() ?? '';
            this.seen.push(...lines.map((line) => JSON.parse(line) as Seen));
        });
    }

    parts(rendition?: string): PartSeen[] {
        return this.seen.filter(
            (seen): seen is PartSeen =>
                seen.event === 'part' && (rendition === undefined || seen.rendition === rendition),
        );
    }

    /** Parts that came before are not needed any more; faults and troubles are kept. */
    forget(before: number): void {
        const kept = this.seen.filter((seen) => seen.event !== 'part' || seen.at >= before);
        this.seen.splice(0, this.seen.length, ...kept);
    }

    get renditions(): string[] {
        return [...new Set(this.parts().map((part) => part.rendition))];
    }

    get faults(): string[] {
        return this.seen.flatMap((seen) =>
            seen.event === 'fault' ? [`${seen.rendition} ${seen.why}`] : [],
        );
    }

    get troubles(): string[] {
        return this.seen.flatMap((seen) => (seen.event === 'trouble' ? [seen.why] : []));
    }

    /** The longest time from one part's arrival to the next one's, of all renditions; from `since` until now. */
    longestSilenceMs(since = 0): number {
        const silences = this.renditions.map((rendition) => {
            const times = this.parts(rendition)
                .map((part) => part.at)
                .filter((at) => at >= since);
            if (since > 0) times.unshift(since);
            times.push(Date.now());
            return Math.max(...times.map((at, i) => (i === 0 ? 0 : at - (times[i - 1] ?? at))));
        });
        return silences.length > 0 ? Math.max(...silences) : Number.POSITIVE_INFINITY;
    }

    /** Waits for so many further parts in every rendition. */
    async more(count: number, timeoutMs = 30_000): Promise<void> {
        const end = performance.now() + timeoutMs * patience;
        const before = new Map(this.renditions.map((name) => [name, this.parts(name).length]));
        const enough = (): boolean =>
            this.renditions.length > 0 &&
            this.renditions.every(
                (name) => this.parts(name).length >= (before.get(name) ?? 0) + count,
            );
        while (!enough()) {
            if (performance.now() > end) {
                const said = [...this.faults, ...this.troubles].slice(-5).join('\n');
                throw new Error(
                    `no ${count} parts in ${timeoutMs} ms:\n${said}\n${this.#child.output}`,
                );
            }
            await sleep(50);
        }
    }

    async stop(): Promise<void> {
        await this.#child.kill();
    }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv[2] ?? '');
