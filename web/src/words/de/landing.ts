import type { landing as english } from '../en/landing.ts';
import type { Translation } from '../translate.ts';

export const landing: Translation<typeof english> = {
    heading: 'Live heißt jetzt.',
    lead: 'Hier erreicht dich der Stream eines Creators etwa eine Sekunde hinter der Kamera. So zählt noch, was du antwortest, wenn es ankommt.',
    pasteLabel: 'Du hast einen Link? Füge ihn hier ein.',
    watch: 'Zusehen',
    mistaken:
        'Das ist kein Link zu einem Stream. So einer endet mit /streaming/live/ und einem Namen.',
    hint: 'Jeder Stream hat seinen eigenen Link. Der Creator, dem du zusehen willst, kann ihn dir geben.',
    creatorHeading: 'Du bist der Creator?',
    creatorText:
        'Registriere dich, lege einen Stream an und kopiere Adresse und Schlüssel in OBS oder andere RTMP-Software. Zuerst siehst du eine Vorschau; deine Fans sehen dich, wenn du es sagst.',
};
