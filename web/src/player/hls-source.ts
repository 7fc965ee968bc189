// A source played by hls.js over Media Source Extensions.
//
// hls.js keeps the distance to the live edge at which it starts; steering is left to CatchUp, so
// its own catch-up and its widening after stalls, which never narrows again, are off.

import Hls, { ErrorDetails, ErrorTypes, Events, type ErrorData, type HlsConfig } from 'hls.js';

import type { Source, SourceEvents } from './source.ts';

/** Two media errors within this time mean that repairing does not help; ms. */
const REPAIR_INTERVAL_MS = 5000;

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
    abrEwmaDefaultEstimate: 3e6,
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

    static get isSupported(): boolean {
        return Hls.isSupported();
    }

    constructor(media: HTMLMediaElement, url: string, events: SourceEvents) {
        this.#events = events;
        this.#hls = new Hls(CONFIG);
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
        this.#hls.nextLevel = index;
    }

    close(): void {
        this.#hls.destroy();
    }

    #listen(): void {
        const hls = this.#hls;
        hls.on(Events.MANIFEST_PARSED, (_, { levels }) => {
            const renditions = levels.map(({ width, height, bitrate }, index) => ({
                ...{ id: `${index}`, width, height, bitrate },
            }));
            this.#events.ready(renditions);
        });
        hls.on(Events.LEVEL_LOADED, (_, { details, stats, networkDetails }) => {
            if (details.partTarget > 0) this.#events.partsLast(details.partTarget);
            this.#tellDate(networkDetails, stats.loading.start, stats.loading.end);
        });
        hls.on(Events.ERROR, (_, data) => this.#fail(data));
    }

    #tellDate(request: unknown, start: number, end: number): void {
        if (!(request instanceof XMLHttpRequest)) return;
        // A cache's copy carries the time of its making.
        if (request.getResponseHeader('age') !== null) return;
        const date = Date.parse(request.getResponseHeader('date') ?? '');
        this.#events.date(date, performance.timeOrigin + start, performance.timeOrigin + end);
    }

    #fail(data: ErrorData): void {
        if (!data.fatal) return;
        const now = performance.now();
        const repairable = data.type === ErrorTypes.MEDIA_ERROR;
        const hopeless = data.details === ErrorDetails.MANIFEST_INCOMPATIBLE_CODECS_ERROR;
        if (repairable && !hopeless && now - this.#repairedAt > REPAIR_INTERVAL_MS) {
            this.#repairedAt = now;
            this.#hls.recoverMediaError();
            return;
        }
        this.#events.failed(data.details);
    }
}
