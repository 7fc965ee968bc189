// What may be sent to a webhook.

import type { Schemas } from '../../api/client.ts';
import type { KeyOf } from '../../words/translate.ts';

type EventType = Schemas['EventType'];

export const EVENT_WORDS = {
    'stream.preview': 'eventStreamPreview',
    'stream.live': 'eventStreamLive',
    'stream.reconnecting': 'eventStreamReconnecting',
    'stream.ended': 'eventStreamEnded',
    'stream.created': 'eventStreamCreated',
    'stream.updated': 'eventStreamUpdated',
    'stream.deleted': 'eventStreamDeleted',
    'account.updated': 'eventAccountUpdated',
    'account.creator_approved': 'eventCreatorApproved',
    'follower.created': 'eventFollowerCreated',
} as const satisfies Record<EventType, KeyOf<'settings'>>;

export const EVENT_TYPES = Object.keys(EVENT_WORDS) as readonly EventType[];

/** What most people come for. */
export const USUAL_EVENTS: readonly EventType[] = ['stream.live', 'stream.ended'];
