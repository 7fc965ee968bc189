// What a player has to know of the stream that it plays, and who tells it.

export interface Followed {
    title: string;
    /** `idle`: nothing to play, or not for everybody yet. */
    state: 'idle' | 'live' | 'reconnecting' | 'ended';
    /** What there is to play now: "video", "audio", and the names of smaller pictures. */
    renditions: readonly string[];
    /** The public address; null where one has to ask for a token. */
    playbackUrl: string | null;
    /** `normal` stays some seconds behind, for bad lines. */
    latencyMode: 'low' | 'normal';
    mature: boolean;
}

export interface FeedEvents<T> {
    /** How things stand: when it was asked for the first time, and whenever there was an answer. */
    stream(stream: T): void;
    /** There is no such stream. */
    unknown(): void;
    /** Whether the server could be asked. */
    reachable(yes: boolean): void;
    /** An answer's Date header, and when it was asked for and received; ms. */
    date(date: number, sent: number, received: number): void;
}

/** Follows a stream until it is stopped. */
export interface Feed {
    run(): Promise<void>;
    /** Asks again now: something seems to have happened. */
    poke(): void;
    stop(): void;
}
