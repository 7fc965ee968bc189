// The words of the pages, in the language of whoever reads them.

import { untrack } from 'svelte';

import {
    chooseLanguage,
    textOf,
    type Key,
    type Language,
    type Values,
    type Words,
} from './translate.ts';

const STORED = 'language';

const LOADERS: Readonly<Record<Language, () => Promise<{ default: Words }>>> = {
    en: () => import('./en/index.ts'),
    de: () => import('./de/index.ts'),
};

let words: Words | undefined = $state.raw();
let language: Language = $state('en');

function stored(): string | null {
    try {
        return localStorage.getItem(STORED);
    } catch {
        return null;
    }
}

/** Reactive: changes when the reader chooses another language. */
export function currentLanguage(): Language {
    return language;
}

async function load(next: Language): Promise<void> {
    if (words !== undefined && next === untrack(() => language)) return;
    const loaded = await LOADERS[next]();
    words = loaded.default;
    language = next;
    document.documentElement.lang = next;
}

/** Before anything is shown: what this browser chose before, else what it asks for. */
export function startWords(): Promise<void> {
    return load(chooseLanguage([stored(), ...navigator.languages]));
}

/** By hand, or because the account says so; kept in this browser. */
export function speak(next: string): Promise<void> {
    const chosen = chooseLanguage([next]);
    try {
        localStorage.setItem(STORED, chosen);
    } catch {
        // Without storage it holds until the page is left.
    }
    return load(chosen);
}

/** The text of a key: `t('shell.signIn')`, `t('watch.viewers', { count: 3 })`. */
export function t<K extends Key>(key: K, ...[values]: Values<K>): string {
    if (words === undefined) return '';
    return textOf(words, language, key, values);
}

const DAY_AND_TIME: Intl.DateTimeFormatOptions = { dateStyle: 'medium', timeStyle: 'short' };

/** A moment as the reader writes it: "23 Nov 2026, 14:05". */
export function formatTime(
    time: string | number | Date,
    options: Intl.DateTimeFormatOptions = DAY_AND_TIME,
): string {
    return new Intl.DateTimeFormat(localeOf(language), options).format(new Date(time));
}

export function formatDay(time: string | number | Date): string {
    return formatTime(time, { dateStyle: 'medium' });
}

export function formatNumber(value: number, options: Intl.NumberFormatOptions = {}): string {
    return new Intl.NumberFormat(localeOf(language), options).format(value);
}

/** "Cooking, music and games". */
export function formatList(items: readonly string[]): string {
    return new Intl.ListFormat(localeOf(language), { type: 'conjunction' }).format(items);
}

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
    ['year', 365 * 86_400],
    ['month', 30 * 86_400],
    ['week', 7 * 86_400],
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
];

/** "3 hours ago", "in 2 days", "now". */
export function formatAgo(time: string | number | Date, now = Date.now()): string {
    const seconds = (new Date(time).getTime() - now) / 1000;
    const format = new Intl.RelativeTimeFormat(localeOf(language), { numeric: 'auto' });
    for (const [unit, length] of UNITS) {
        if (Math.abs(seconds) >= length) return format.format(Math.trunc(seconds / length), unit);
    }
    return format.format(0, 'second');
}

/** The browser's own region of the language where it has one: "en-GB" writes other dates than "en-US". */
function localeOf(base: Language): string {
    return navigator.languages.find((tag) => tag.toLowerCase().split('-')[0] === base) ?? base;
}
