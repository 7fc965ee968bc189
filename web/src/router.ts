// Addresses of the pages, both ways: which page an address shows, and which address a page has.

/** By name; a segment that begins with a colon is a parameter. */
export const ROUTES = {
    home: '/',
    discovery: '/streaming/live',
    watch: '/streaming/live/:stream',
    embed: '/embed/:stream',
    creator: '/creators/:handle',
    signUp: '/sign-up',
    signIn: '/sign-in',
    resetPassword: '/reset-password',
    verifyEmail: '/verify-email',
    setup: '/setup',
    dashboard: '/dashboard/artist/livestreams',
    controlRoom: '/dashboard/artist/livestreams/:stream',
    summary: '/dashboard/artist/livestreams/:stream/broadcasts/:broadcast',
    settings: '/settings',
    settingsSection: '/settings/:section',
    notifications: '/notifications',
    admin: '/admin',
    adminSection: '/admin/:section',
    api: '/api',
} as const;

export type RouteName = keyof typeof ROUTES;

type ParameterNames<Pattern extends string> = Pattern extends `${infer Head}/${infer Tail}`
    ? ParameterNames<Head> | ParameterNames<Tail>
    : Pattern extends `:${infer Name}`
      ? Name
      : never;

/** The parameters of a route's address, decoded. */
export type Parameters<Name extends RouteName> = Record<
    ParameterNames<(typeof ROUTES)[Name]>,
    string
>;

export type Match = {
    [Name in RouteName]: { name: Name; parameters: Parameters<Name> };
}[RouteName];

const SPLIT = (Object.keys(ROUTES) as RouteName[]).map((name) => ({
    name,
    segments: segmentsOf(ROUTES[name]),
}));

function segmentsOf(path: string): string[] {
    return path.replace(/\/$/, '').split('/').slice(1);
}

function decode(segment: string): string {
    try {
        return decodeURIComponent(segment);
    } catch {
        // Not a name that anything has; taken as it is, it will be unknown.
        return segment;
    }
}

/** The page of an address, without query and fragment; undefined when there is none. */
export function match(pathname: string): Match | undefined {
    const given = segmentsOf(pathname);
    for (const { name, segments } of SPLIT) {
        if (segments.length !== given.length) continue;
        const parameters: Record<string, string> = {};
        const fits = segments.every((segment, i) => {
            const value = given[i] ?? '';
            if (!segment.startsWith(':')) return segment === value;
            parameters[segment.slice(1)] = decode(value);
            return value !== '';
        });
        if (fits) return { name, parameters } as Match;
    }
    return undefined;
}

type Arguments<Name extends RouteName> = [keyof Parameters<Name>] extends [never]
    ? [parameters?: Record<string, never>, query?: Query]
    : [parameters: Parameters<Name>, query?: Query];

export type Query = Readonly<Record<string, string | undefined>>;

/** The address of a page. Parts of the query that are empty or undefined are left out. */
export function pathTo<Name extends RouteName>(
    name: Name,
    ...[parameters, query]: Arguments<Name>
): string {
    const values = (parameters ?? {}) as Record<string, string>;
    const path = ROUTES[name].replace(/:(\w+)/g, (_, key: string) =>
        encodeURIComponent(values[key] ?? ''),
    );
    return path + queryOf(query ?? {});
}

function queryOf(query: Query): string {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
        if (value !== undefined && value !== '') search.set(name, value);
    }
    const text = search.toString();
    return text === '' ? '' : `?${text}`;
}

/**
 * Where to go after signing in: `wanted` if it is a page of this site, else the first page. What a
 * link carries must never lead to another site, nor back to signing in.
 */
export function safeReturn(wanted: string | null | undefined, origin: string): string {
    if (!wanted?.startsWith('/')) return ROUTES.home;
    try {
        const url = new URL(wanted, origin);
        const page = match(url.pathname);
        if (url.origin !== origin || page === undefined) return ROUTES.home;
        if (page.name === 'signIn' || page.name === 'signUp') return ROUTES.home;
        return url.pathname + url.search + url.hash;
    } catch {
        return ROUTES.home;
    }
}

/** The watch page of what a fan pasted: a link to it, its path, or the bare id. */
export function watchPathOf(pasted: string): string | undefined {
    const text = pasted.trim();
    if (text === '') return undefined;
    const path = text.replace(/^[a-z]+:\/\/[^/]*/i, '').replace(/[?#].*$/, '');
    const page = match(path);
    if (page?.name === 'watch') return pathTo('watch', page.parameters);
    const isBare = /^[\w-]+$/.test(text);
    return isBare ? pathTo('watch', { stream: text }) : undefined;
}
