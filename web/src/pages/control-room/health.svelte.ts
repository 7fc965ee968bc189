// Asks what arrives from the encoder, every other second while somebody looks.

import { api, askDated, type Schemas } from '../../api/client.ts';
import { append, latest, type Metric, type Sample } from './samples.ts';

const INTERVAL_MS = 2000;
/** A sample comes every second; without one for so long nothing arrives any more. */
const FRESH_MS = 5000;

type Health = Schemas['Health'];

export class HealthFeed {
    samples: readonly Sample[] = $state.raw([]);
    source: Health['source'] = $state.raw(null);
    renditions: readonly string[] = $state.raw([]);
    transcoding: Health['transcoding'] | undefined = $state.raw();
    advice: Health['advice'] = $state.raw([]);
    /** Samples come. */
    #flows: boolean = $state(false);
    #stream: string;
    #timer: ReturnType<typeof setInterval>;
    #asking = false;
    #answeredAt = 0;

    constructor(stream: string) {
        this.#stream = stream;
        this.#timer = setInterval(() => {
            if (!document.hidden) void this.refresh();
        }, INTERVAL_MS);
        void this.refresh();
    }

    close(): void {
        clearInterval(this.#timer);
    }

    /** Of this moment; null where nothing arrives. */
    now(metric: Metric): number | null {
        return this.#flows ? latest(this.samples, metric) : null;
    }

    /** A failure is no news: the page tells by itself that the server does not answer. */
    async refresh(): Promise<void> {
        if (this.#asking) return;
        this.#asking = true;
        try {
            const since = this.samples.at(-1)?.at;
            const { data: health, now } = await askDated(
                api.GET('/studio/streams/{stream}/health', {
                    params: {
                        path: { stream: this.#stream },
                        query: since === undefined ? {} : { since },
                    },
                }),
            );
            this.samples = append(this.samples, health.samples);
            const last = this.samples.at(-1);
            // By the server's clock, which has dated the samples.
            this.#flows = last !== undefined && now - Date.parse(last.at) < FRESH_MS;
            this.source = health.source;
            this.renditions = health.renditions;
            this.transcoding = health.transcoding;
            this.advice = health.advice;
            this.#answeredAt = performance.now();
        } catch {
            if (performance.now() - this.#answeredAt > FRESH_MS) this.#flows = false;
        } finally {
            this.#asking = false;
        }
    }
}
