// How a catalogue of words is read: keys, placeholders, plurals. Which language is chosen. Without a browser.

import type { Catalogue } from './en/index.ts';

/** The forms of a text that counts `{count}`; `other` serves the forms that a language has beside. */
export interface Plural {
    readonly one: string;
    readonly other: string;
}

/** What another language must have: the same keys, texts for texts, plurals for plurals. */
export type Translation<Words> = {
    readonly [Key in keyof Words]: Words[Key] extends string
        ? string
        : Words[Key] extends Plural
          ? Plural
          : Translation<Words[Key]>;
};

export type Words = Translation<Catalogue>;

/** "section.key" for every text. */
export type Key = {
    [Section in keyof Catalogue & string]: `${Section}.${keyof Catalogue[Section] & string}`;
}[keyof Catalogue & string];

/** The keys of one section. */
export type KeyOf<Section extends keyof Catalogue> = keyof Catalogue[Section] & string;

type TextOf<K extends Key> = K extends `${infer Section}.${infer Name}`
    ? Section extends keyof Catalogue
        ? Name extends keyof Catalogue[Section]
            ? Catalogue[Section][Name]
            : never
        : never
    : never;

type NamesIn<Text> = Text extends `${string}{${infer Name}}${infer Rest}`
    ? Name | NamesIn<Rest>
    : never;

type Placeholders<K extends Key> =
    TextOf<K> extends infer Text
        ? Text extends Plural
            ? NamesIn<Text[keyof Text]>
            : NamesIn<Text>
        : never;

/** What a text needs beside its key: nothing, or a value for each placeholder. */
export type Values<K extends Key> = [Placeholders<K>] extends [never]
    ? []
    : [values: Record<Placeholders<K>, string | number>];

/** The text of a key in a language (BCP 47), numbers written as that language writes them. */
export function textOf(
    words: Words,
    language: string,
    key: Key,
    values: Readonly<Record<string, string | number>> = {},
): string {
    const [section = '', name = ''] = key.split('.');
    const found = (words as unknown as Record<string, Record<string, string | Plural>>)[section]?.[
        name
    ];
    if (found === undefined) return key;
    const text = typeof found === 'string' ? found : formOf(found, language, values['count']);
    return text.replace(/\{(\w+)\}/g, (whole, placeholder: string) => {
        const value = values[placeholder];
        if (value === undefined) return whole;
        return typeof value === 'number' ? new Intl.NumberFormat(language).format(value) : value;
    });
}

function formOf(plural: Plural, language: string, count: string | number | undefined): string {
    const form = new Intl.PluralRules(language).select(Number(count ?? 0));
    return form === 'one' ? plural.one : plural.other;
}

export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The first language that there are words for; English when there is none. "de-AT" is "de". */
export function chooseLanguage(wanted: readonly (string | null | undefined)[]): Language {
    for (const tag of wanted) {
        const base = tag?.toLowerCase().split('-')[0];
        const known = LANGUAGES.find((language) => language === base);
        if (known !== undefined) return known;
    }
    return 'en';
}
