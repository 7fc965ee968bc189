// What a viewer is told, from what the server says and what the picture does.

import type { Followed } from './followed.ts';

/** What the server says of the stream. */
export type Knowledge = Followed['state'] | 'asking' | 'unknown';

/** What the picture does: there is none yet, it moves, it waits for data, the viewer paused it. */
export type Picture = 'none' | 'moving' | 'waiting' | 'paused';

export type Phase =
    | 'loading'
    | 'offline'
    | 'starting'
    | 'watching'
    | 'buffering'
    | 'reconnecting'
    | 'ended'
    /** The viewer has to do something first, or may not watch. */
    | 'gated'
    | 'unknown'
    | 'trouble';

export interface Situation {
    knowledge: Knowledge;
    /** False when the last question to the server found no answer. */
    reachable: boolean;
    picture: Picture;
    /** Playing was refused. */
    refused: boolean;
}

export function phaseOf({ knowledge, reachable, picture, refused }: Situation): Phase {
    if (knowledge === 'unknown') return 'unknown';
    // What is buffered plays on, whatever happened at the other end.
    if (picture === 'moving') return 'watching';
    if (!reachable) return 'trouble';
    if (knowledge === 'asking') return 'loading';
    if (knowledge === 'idle') return 'offline';
    if (refused && knowledge !== 'ended') return 'gated';
    if (knowledge !== 'live') return knowledge;
    if (picture === 'paused') return 'watching';
    return picture === 'none' ? 'starting' : 'buffering';
}

/** Whether a source should be open: the rest of a broadcast that ended is still played out. */
export function wantsSource(knowledge: Knowledge, isOpen: boolean): boolean {
    return knowledge === 'live' || (isOpen && knowledge !== 'idle' && knowledge !== 'unknown');
}
