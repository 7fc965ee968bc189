// What one has missed.

export const notifications = {
    none: 'Nothing missed',
    noneText: 'Follow creators, and you read here when they go live.',
    new: 'New',
    somebody: 'Somebody',
    streamLive: '{name} is live: {title}',
    creatorApproved: 'You are a creator now. Open your studio.',
    creatorRefused: 'The people who run this site decided that you cannot go live here.',
    newFollower: '{name} follows you.',
    endedByModerator: 'A moderator ended your broadcast “{title}”.',
    webhookDisabled: 'A webhook was switched off: {title} has not taken anything for long.',
    namedModerator:
        '{name} has made you a moderator: on the page of a stream of theirs you find the control room, where you see its preview and can end it.',
    reason: 'Reason: {reason}',
} as const;
