// One opened stream in one media element, until it fails or is closed. The player decides when to
// open and what to do about a failure; a source knows how its engine works.

import type { Wish } from './quality.ts';
import type { Rendition } from './rendition-list.ts';

export interface SourceEvents {
    /** The stream was read and can be played; `selected` of the renditions is what the viewer wished for, else -1. */
    ready(renditions: readonly Rendition[], selected: number): void;
    /** Nothing more will come from this source; `refused` when the server gave it to us no longer. */
    failed(reason: string, refused: boolean): void;
    /** An answer's Date header, and when it was asked for and received; ms. */
    date(date: number, sent: number, received: number): void;
    /** How long the parts of the stream are; s. */
    partsLast(seconds: number): void;
}

/** What a source is opened with. */
export interface Opening {
    url: string;
    /** What the viewer wants to see. */
    wish: Wish;
    /** How far behind the live edge to stay; undefined for as close as the stream allows; s. */
    distance: number | undefined;
}

export interface Source {
    /** From the playhead to the live edge, s; undefined while unknown. */
    readonly behind: number | undefined;
    /** When the frame that is seen was taken, by the server's clock; ms since 1970. */
    readonly playingDate: number | undefined;
    /** Where to jump to play live; s on the media element's timeline. */
    readonly livePosition: number | undefined;
    /** Bits a second of the rendition that plays. */
    readonly bitrate: number | undefined;
    /** Whether this engine lets the page steer the rate of playback. */
    readonly steerable: boolean;
    /** Plays this rendition from the next segment on, or what the line carries best: -1. */
    choose(index: number): void;
    close(): void;
}

/** Answers by which a server says that rights are lacking. */
export const isRefused = (status: number | undefined): boolean =>
    status === 401 || status === 403 || status === 451;
