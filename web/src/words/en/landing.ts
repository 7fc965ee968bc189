// The first page of a site on which nobody has streamed yet.

export const landing = {
    heading: 'Live means now.',
    lead: 'A creator’s stream reaches you here about a second behind the camera, so that what you say back still matters when it arrives.',
    pasteLabel: 'Have a link? Paste it here.',
    watch: 'Watch',
    mistaken: 'That is not a link to a stream. One ends in /streaming/live/ and a name.',
    hint: 'Every stream has its own link. The creator whom you want to watch has it to share.',
    creatorHeading: 'You are the creator?',
    creatorText:
        'Sign up, create a stream, and copy its address and key into OBS or any other RTMP software. You see a preview first; your fans see you when you say so.',
} as const;
