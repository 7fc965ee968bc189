// What the page says in each of its states.

import type { Phase } from '../player/phase.ts';

export interface Words {
    heading: string;
    text: string;
}

export const WORDS: Readonly<Partial<Record<Phase, Words>>> = {
    loading: { heading: 'Opening the stream', text: 'One moment.' },
    offline: {
        heading: 'Not live yet',
        text: 'Stay if you like: this page turns live by itself when the creator starts.',
    },
    starting: { heading: 'Going live', text: 'The first picture is on its way.' },
    reconnecting: {
        heading: 'The creator’s connection dropped',
        text: 'They are usually back within moments. The picture returns by itself.',
    },
    ended: {
        heading: 'This stream has ended',
        text: 'Thank you for watching. Should the creator go live again, it plays right here.',
    },
    unknown: {
        heading: 'There is no stream here',
        text: 'The link may be incomplete, or the creator took the stream down.',
    },
    trouble: {
        heading: 'No answer from the server',
        text: 'Your connection or the server has a problem. This page keeps trying by itself.',
    },
};

/** The mark beside the title. */
export const BADGES: Readonly<Record<Phase, string>> = {
    loading: 'Opening',
    offline: 'Not live',
    starting: 'Going live',
    watching: 'Live',
    buffering: 'Live',
    reconnecting: 'Reconnecting',
    ended: 'Ended',
    unknown: 'Unknown',
    trouble: 'No connection',
};
