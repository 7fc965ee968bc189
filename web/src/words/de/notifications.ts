import type { notifications as english } from '../en/notifications.ts';
import type { Translation } from '../translate.ts';

export const notifications: Translation<typeof english> = {
    none: 'Nichts verpasst',
    noneText: 'Folge Creatorn, und du liest hier, wenn sie live gehen.',
    new: 'Neu',
    somebody: 'Jemand',
    streamLive: '{name} ist live: {title}',
    creatorApproved: 'Du bist jetzt Creator. Öffne dein Studio.',
    creatorRefused:
        'Wer diese Seite betreibt, hat entschieden, dass du hier nicht live gehen kannst.',
    newFollower: '{name} folgt dir.',
    endedByModerator: 'Ein Moderator hat deine Sendung „{title}“ beendet.',
    webhookDisabled: 'Ein Webhook wurde abgeschaltet: {title} hat lange nichts mehr angenommen.',
    namedModerator:
        'Du bist jetzt Moderator bei {name}: Auf der Seite eines Streams findest du den Regieraum, in dem du die Vorschau siehst und ihn beenden kannst.',
    reason: 'Grund: {reason}',
};
