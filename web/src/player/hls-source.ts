// A source played by hls.js over Media Source Extensions.
//
// hls.js keeps the distance to the live edge at which it starts; steering is left to CatchUp, so
// its own catch-up and its widening after stalls, which never narrows again, are off.

import Hls, { ErrorDetails, ErrorTypes, Events, type ErrorData, type HlsConfig } from 'hls.js';

import { fulfil, nameOf, type Wish } from './quality.ts';
import type { Rendition } from './rendition-list.ts';
import { SteadyAbr } from './steady-abr.ts';
import { isRefused, type Opening, type Source, type SourceEvents } from './source.ts';

/** Two media errors within this time mean that repairing does not help; ms. */
const REPAIR_INTERVAL_MS = 5000;

/**
 * A rendition that failed is left alone for so long: by hls.js, which goes to another, and by us, who go back to what
 * the viewer picked; ms.
 */
const PENALTY_MS = 10_000;

/** Short retries: the player's own recovery, which asks the server first, takes over soon. */
const PATIENCE = {
    maxTimeToFirstByteMs: 9000,
    maxLoadTimeMs: 15_000,
    timeoutRetry: { maxNumRetry: 1, retryDelayMs: 0, maxRetryDelayMs: 0 },
    errorRetry: { maxNumRetry: 2, retryDelayMs: 250, maxRetryDelayMs: 1000 },
} as const;

const CONFIG: Partial<HlsConfig> = {
    lowLatencyMode: true,
    maxLiveSyncPlaybackRate: 1,
    liveSyncOnStallIncrease: 0,
    liveDurationInfinity: true,
    maxBufferLength: 10,
    backBufferLength: 20,
    capLevelToPlayerSize: true,
    abrController: SteadyAbr,
    abrEwmaDefaultEstimate: 3e6,
    // A buffer of a second leaves no time to be sure that the line got worse; parts are many samples a second.
    abrEwmaFastLive: 2,
    abrEwmaSlowLive: 6,
    errorPenaltyExpireMs: PENALTY_MS,
    // What starts to load is decided below, once it is known what the viewer wants and the stream has.
    autoStartLoad: false,
    // fMP4 needs no remuxing to speak of, and a worker from a blob would need a hole in the policy.
    enableWorker: false,
    enableDateRangeMetadataCues: false,
    enableInterstitialPlayback: false,
    manifestLoadPolicy: { default: PATIENCE },
    playlistLoadPolicy: { default: PATIENCE },
    fragLoadPolicy: { default: PATIENCE },
};

export class HlsSource implements Source {
    readonly steerable = true;
    #hls: Hls;
    #events: SourceEvents;
    #repairedAt = -Infinity;
    #wish: Wish;
    /** By hls.js's levels, then the sound alone where there is one. */
    #renditions: Rendition[] = [];
    #wished = -1;
    #soundUrl: string | undefined;
    /** The sound alone was opened in place of the levels. */
    #soundOnly = false;
    #again: number | undefined;
    #closed = false;

    static get isSupported(): boolean {
        return Hls.isSupported();
    }

    constructor(media: HTMLMediaElement, events: SourceEvents, opening: Opening) {
        const { url, wish, distance } = opening;
        this.#events = events;
        this.#wish = wish;
        this.#hls = new Hls(
            distance === undefined
                ? CONFIG
                : { ...CONFIG, liveSyncDuration: distance, maxBufferLength: 4 * distance },
        );
        this.#listen();
        this.#hls.loadSource(url);
        this.#hls.attachMedia(media);
    }

    get behind(): number | undefined {
        return this.#hls.latestLevelDetails ? this.#hls.latency : undefined;
    }

    get playingDate(): number | undefined {
        return this.#hls.playingDate?.getTime();
    }

    get livePosition(): number | undefined {
        return this.#hls.liveSyncPosition ?? undefined;
    }

    get bitrate(): number | undefined {
        return this.#hls.levels[this.#hls.currentLevel]?.bitrate;
    }

    choose(index: number): void {
        this.#wished = index;
        if (index < 0) this.#hls.loadLevel = -1;
        else this.#turn();
    }

    close(): void {
        this.#closed = true;
        window.clearTimeout(this.#again);
        this.#hls.destroy();
    }

    #listen(): void {
        const hls = this.#hls;
        // hls.js drops variants without a picture where others have one, after it told of them here.
        hls.on(Events.MANIFEST_LOADED, (_, { levels }) => {
            const hasPicture = levels.some(({ videoCodec }) => videoCodec);
            const sound = levels.find(({ videoCodec, width }) => !videoCodec && !width);
            if (hasPicture && !this.#soundOnly) this.#soundUrl = sound?.url;
        });
        // The one event is within or after the other.
        hls.on(Events.MANIFEST_PARSED, () => queueMicrotask(() => this.#begin()));
        for (const event of [Events.LEVEL_UPDATED, Events.FRAG_LOADED] as const)
            hls.on(event, () => this.#turn());
        hls.on(Events.LEVEL_LOADED, (_, { details, stats, networkDetails }) => {
            if (details.partTarget > 0) this.#events.partsLast(details.partTarget);
            this.#tellDate(networkDetails, stats.loading.start, stats.loading.end);
        });
        hls.on(Events.ERROR, (_, data) => this.#fail(data));
    }

    #begin(): void {
        const hls = this.#hls;
        if (this.#closed) return;
        if (!this.#soundOnly) {
            this.#renditions = hls.levels.map(({ uri, width, height, bitrate }) => ({
                ...{ id: nameOf(uri), width, height, bitrate },
            }));
            if (this.#soundUrl !== undefined) {
                const id = nameOf(this.#soundUrl);
                this.#renditions.push({ id, width: 0, height: 0, bitrate: 0 });
            }
            this.#wished = fulfil(this.#renditions, this.#wish);
            if (this.#soundUrl !== undefined && this.#wished === hls.levels.length) {
                this.#soundOnly = true;
                hls.loadSource(this.#soundUrl);
                return;
            }
            hls.loadLevel = this.#wished;
        }
        hls.startLoad();
        this.#events.ready(this.#renditions, this.#wished);
    }

    /** Goes over to what the viewer picked, as soon as a segment has ended. */
    #turn(): void {
        const hls = this.#hls;
        if (this.#soundOnly || this.#wished < 0 || this.#again !== undefined) return;
        if (hls.manualLevel === this.#wished) return;
        const { abrController: abr } = hls as unknown as { abrController: SteadyAbr };
        if (abr.isBetweenSegments) hls.loadLevel = this.#wished;
    }

    /** After an error hls.js chooses by itself for good: the viewer's choice is tried again. */
    #restore(): void {
        if (this.#soundOnly || this.#wished < 0 || this.#again !== undefined) return;
        this.#again = window.setTimeout(() => {
            this.#again = undefined;
            this.#turn();
        }, PENALTY_MS);
    }

    #tellDate(request: unknown, start: number, end: number): void {
        if (!(request instanceof XMLHttpRequest)) return;
        // A cache's copy carries the time of its making.
        if (request.getResponseHeader('age') !== null) return;
        const date = Date.parse(request.getResponseHeader('date') ?? '');
        this.#events.date(date, performance.timeOrigin + start, performance.timeOrigin + end);
    }

    #fail(data: ErrorData): void {
        if (!data.fatal) {
            this.#restore();
            return;
        }
        const now = performance.now();
        const repairable = data.type === ErrorTypes.MEDIA_ERROR;
        const hopeless = data.details === ErrorDetails.MANIFEST_INCOMPATIBLE_CODECS_ERROR;
        if (repairable && !hopeless && now - this.#repairedAt > REPAIR_INTERVAL_MS) {
            this.#repairedAt = now;
            this.#hls.recoverMediaError();
            return;
        }
        this.#events.failed(data.details, isRefused(data.response?.code));
    }
}
