// The feeds that tell a player, and the page around it, how things stand with a stream.

import {
    followed,
    followedByOwner,
    readOwnStream,
    readStream,
    type OwnStream,
    type Stream,
} from '../../api/streams.ts';
import { StreamWatcher } from '../../api/watcher.ts';
import type { Feed, FeedEvents, Followed } from '../../player/followed.ts';

/** As everybody sees the stream; `heard` gets all that the server tells of it. */
export function publicFeed(
    id: string,
    heard: (stream: Stream) => void,
): (events: FeedEvents<Followed>) => Feed {
    return (events) =>
        new StreamWatcher(`/api/v1/streams/${encodeURIComponent(id)}`, readStream, {
            ...events,
            stream: (stream) => {
                heard(stream);
                events.stream(followed(stream));
            },
        });
}

/** As its creator sees the stream. `renditions` tells what arrives. */
export function ownFeed(
    id: string,
    heard: Omit<FeedEvents<OwnStream>, 'date'>,
    renditions: () => readonly string[],
): (events: FeedEvents<Followed>) => Feed {
    return (events) =>
        new StreamWatcher(`/api/v1/studio/streams/${encodeURIComponent(id)}`, readOwnStream, {
            stream: (stream) => {
                heard.stream(stream);
                events.stream(followedByOwner(stream, renditions()));
            },
            unknown: () => {
                heard.unknown();
                events.unknown();
            },
            reachable: (yes) => {
                heard.reachable(yes);
                events.reachable(yes);
            },
            date: (...answer) => events.date(...answer),
        });
}
