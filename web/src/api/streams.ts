// What the server tells of a stream: GET /api/v1/streams/{id}, and to its creator GET /api/v1/studio/streams/{id}.

import type { Followed } from '../player/followed.ts';
import type { components } from './schema.d.ts';

export type Stream = components['schemas']['Stream'];
export type OwnStream = components['schemas']['OwnStream'];
export type StreamState = components['schemas']['StreamState'];

const SHOWN: readonly unknown[] = ['idle', 'live', 'reconnecting', 'ended'];
const STATES: readonly unknown[] = ['preview', ...SHOWN];

function hasCore(json: unknown, states: readonly unknown[]): boolean {
    if (typeof json !== 'object' || json === null) return false;
    const { id, version, state } = json as Record<string, unknown>;
    return typeof id === 'string' && typeof version === 'number' && states.includes(state);
}

/** Reads an answer; undefined when it is not a stream as agreed. */
export function readStream(json: unknown): Stream | undefined {
    return hasCore(json, SHOWN) ? (json as Stream) : undefined;
}

/** The same for what a creator is told of a stream. */
export function readOwnStream(json: unknown): OwnStream | undefined {
    return hasCore(json, STATES) ? (json as OwnStream) : undefined;
}

/** What a watch page plays of it. */
export function followed(stream: Stream): Followed {
    const { title, state, playbackUrl, latencyMode, mature } = stream;
    return {
        title,
        state,
        renditions: stream.renditions.toSorted(),
        playbackUrl,
        latencyMode,
        mature,
    };
}

/** What its creator sees of it in the control room: all that arrives, by an address of their own. */
export function followedByOwner(stream: OwnStream, renditions: readonly string[]): Followed {
    const { title, state } = stream;
    return {
        title,
        state: state === 'preview' ? 'live' : state,
        renditions: renditions.toSorted(),
        playbackUrl: null,
        latencyMode: 'low',
        mature: false,
    };
}
