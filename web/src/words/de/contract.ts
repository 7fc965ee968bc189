import type { contract as english } from '../en/contract.ts';
import type { Translation } from '../translate.ts';

export const contract: Translation<typeof english> = {
    title: 'Die API',
    find: 'Operation suchen',
    findHint: 'Wörter ihrer Adresse oder dessen, was sie tut (auf Englisch)',
    found: { one: '{count} Operation', other: '{count} Operationen' },
    document: 'Der ganze Vertrag (OpenAPI 3.1)',
    sections: 'Abschnitte',
    nothing: 'Keine Operation hat alle diese Wörter.',
    access: 'Wer darf',
    public: 'alle',
    account: 'wer angemeldet ist',
    creator: 'Creator',
    moderator: 'Moderation und Verwaltung',
    administrator: 'Verwaltung',
    scope: 'Recht eines API-Tokens',
    noScope: 'API-Tokens können das nicht',
    anyScope: 'keines nötig',
    rate: 'Grenze',
    parameters: 'Parameter',
    request: 'Was gesendet wird',
    answers: 'Antworten',
    otherAnswer: 'sonst',
    required: 'nötig',
    fields: 'Felder von {name}',
};
