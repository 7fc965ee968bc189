import type { common as english } from '../en/common.ts';
import type { Translation } from '../translate.ts';

export const common: Translation<typeof english> = {
    save: 'Speichern',
    saved: 'Gespeichert.',
    cancel: 'Abbrechen',
    close: 'Schließen',
    delete: 'Löschen',
    edit: 'Bearbeiten',
    copy: 'Kopieren',
    copied: 'Kopiert',
    copyFailed: 'Das Kopieren hat nicht geklappt. Markiere den Text und kopiere ihn von Hand.',
    download: 'Herunterladen',
    tryAgain: 'Noch einmal versuchen',
    more: 'Mehr zeigen',
    loading: 'Wird geladen',
    search: 'Suchen',
    show: 'Zeigen',
    optional: 'freiwillig',
    on: 'An',
    off: 'Aus',
    characters: '{count} von {most} Zeichen',
};
