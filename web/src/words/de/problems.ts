import type { problems as english } from '../en/problems.ts';
import type { Translation } from '../translate.ts';

export const problems: Translation<typeof english> = {
    kind_second_factor_required: 'Gib den Code deiner Authenticator-App ein.',
    kind_followers_only: 'Dieser Stream ist für Follower. Folge dem Creator, um zuzusehen.',
    kind_password_required: 'Dieser Stream braucht ein Passwort.',
    kind_account_suspended: 'Dieses Konto ist gesperrt. Frage die Betreiber dieser Seite.',
    status_0: 'Es kommt keine Antwort. Prüfe deine Verbindung und versuche es noch einmal.',
    status_400:
        'Das hat der Server nicht verstanden. Lade die Seite neu und versuche es noch einmal.',
    status_401: 'Melde dich zuerst an.',
    status_403: 'Dein Konto darf das nicht.',
    status_404: 'Das gibt es nicht mehr.',
    status_409: 'Das passt nicht zu dem, was jetzt gilt.',
    status_412:
        'Jemand anderes hat das inzwischen geändert. Sieh es dir noch einmal an und wiederhole deine Änderung.',
    status_413: 'Das ist zu groß.',
    status_422: 'Etwas davon muss korrigiert werden.',
    status_428: 'Lade die Seite neu und versuche es noch einmal.',
    status_429: 'Das war zu oft. Warte einen Augenblick.',
    status_451: 'Das darf in deinem Land nicht gezeigt werden.',
    status_503: 'Der Server ist ausgelastet. Versuche es gleich noch einmal.',
    status_other: 'Der Server hat selbst ein Problem. Versuche es gleich noch einmal.',
    tryIn: {
        one: 'Das war zu oft. Versuche es in {count} Sekunde noch einmal.',
        other: 'Das war zu oft. Versuche es in {count} Sekunden noch einmal.',
    },
    tryInMinutes: {
        one: 'Das war zu oft. Versuche es in {count} Minute noch einmal.',
        other: 'Das war zu oft. Versuche es in {count} Minuten noch einmal.',
    },
    field_required: 'Das wird gebraucht.',
    field_unknown: 'Dieses Feld kennt der Server nicht.',
    field_type: 'Das ist nicht von der richtigen Art.',
    field_too_short: 'Mindestens {limit} Zeichen.',
    field_too_long: 'Höchstens {limit} Zeichen.',
    field_too_small: 'Mindestens {limit}.',
    field_too_large: 'Höchstens {limit}.',
    field_too_many: 'Höchstens {limit} davon.',
    field_format: 'Das sieht nicht richtig aus.',
    field_choice: 'Wähle eines der angebotenen.',
    field_taken: 'Das ist schon vergeben.',
    field_mismatch: 'Das stimmt nicht.',
    field_weak: 'Das benutzen zu viele. Wähle ein längeres oder selteneres.',
};
