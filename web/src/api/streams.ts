// What the server tells of a stream: GET /api/v1/streams/{id}.

export type StreamState = 'offline' | 'live' | 'reconnecting' | 'ended';

export interface Stream {
    id: string;
    title: string;
    state: StreamState;
    /** Grows with every change; a question that names it is answered when it has changed. */
    version: number;
    /** What there is to play now: "video", "audio". */
    renditions: readonly string[];
    playbackUrl: string;
}

const STATES: readonly unknown[] = ['offline', 'live', 'reconnecting', 'ended'];

/** Reads an answer; undefined when it is not a stream as agreed. */
export function readStream(json: unknown): Stream | undefined {
    if (typeof json !== 'object' || json === null) return undefined;
    const { id, title, state, version, renditions, playbackUrl } = json as Record<string, unknown>;
    if (typeof id !== 'string' || typeof version !== 'number') return undefined;
    if (!STATES.includes(state)) return undefined;
    return {
        id,
        title: typeof title === 'string' ? title : '',
        state: state as StreamState,
        version,
        renditions: Array.isArray(renditions) ? renditions.map(String).toSorted() : [],
        playbackUrl:
            typeof playbackUrl === 'string'
                ? playbackUrl
                : `/live/${encodeURIComponent(id)}/index.m3u8`,
    };
}
