// Asks what arrives from the encoder, every other second while somebody looks.

import { api, ask, type Schemas } from '../../api/client.ts';
import { append, type Sample } from './samples.ts';

const INTERVAL_MS = 2000;

type Health = Schemas['Health'];

export class HealthFeed {
    samples: readonly Sample[] = $state.raw([]);
    source: Health['source'] = $state.raw(null);
    renditions: readonly string[] = $state.raw([]);
    transcoding: Health['transcoding'] | undefined = $state.raw();
    #stream: string;
    #timer: ReturnType<typeof setInterval>;
    #asking = false;

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

    /** A failure is no news: the page tells by itself that the server does not answer. */
    async refresh(): Promise<void> {
        if (this.#asking) return;
        this.#asking = true;
        try {
            const since = this.samples.at(-1)?.at;
            const health = await ask(
                api.GET('/studio/streams/{stream}/health', {
                    params: {
                        path: { stream: this.#stream },
                        query: since === undefined ? {} : { since },
                    },
                }),
            );
            this.samples = append(this.samples, health.samples);
            this.source = health.source;
            this.renditions = health.renditions;
            this.transcoding = health.transcoding;
        } catch {
            return;
        } finally {
            this.#asking = false;
        }
    }
}
