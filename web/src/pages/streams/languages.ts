// The languages that are offered to choose from; streams may be in others too.

const OFFERED =
    'ar bg bn ca cs da de el en es et fa fi fr he hi hr hu id it ja ko lt lv nl no pl pt ro ru sk sl sr sv th tr uk vi zh';

export interface LanguageName {
    code: string;
    name: string;
}

/** "German" for "de", in the language of the reader. */
export function languageName(code: string, reader: string): string {
    return new Intl.DisplayNames(reader, { type: 'language' }).of(code) ?? code;
}

/** By name; the reader's own language comes first, and `also` is never missing. */
export function languageNames(reader: string, also: string | null = null): LanguageName[] {
    const codes = new Set([...OFFERED.split(' '), reader, ...(also === null ? [] : [also])]);
    const names = [...codes].map((code) => ({ code, name: languageName(code, reader) }));
    const rank = ({ code }: LanguageName) => (code === reader ? 0 : 1);
    return names.sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, reader));
}
