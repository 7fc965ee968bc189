// What breaks a schema, one rule at a time.

import { faultsOf, resolve, type Parameter, type Schema } from './contract.ts';

export interface Broken {
    /** Which rule, for people. */
    what: string;
    body: unknown;
    /** The JSON pointer that the server has to name. */
    field: string;
    /** One of these codes. */
    codes: string[];
}

/** Values of everyday life: some of them fits most patterns, some other breaks it. */
const TEXTS = [
    ...['abc', 'de', 'DE', '123456', 'https://a.example', 'somebody@example.org', 'somebody'],
    ...['2026-01-31T12:34:56Z', 'a'.repeat(12), 'a'.repeat(16), '!?', 'Ä Ö', ' # ', '-', 'x'],
];

/** One schema in place of those that are all true at once, and of the one that is not null. */
function plain(schema: Schema): { schema: Schema; nullable: boolean } {
    const own = resolve<Schema>(schema);
    if (own.allOf !== undefined) {
        const parts = own.allOf.map((part) => plain(part).schema);
        const whole: Schema = {
            type: 'object',
            properties: Object.assign({}, ...parts.map((part) => part.properties)) as Record<
                string,
                Schema
            >,
            required: parts.flatMap((part) => part.required ?? []),
        };
        const least = Math.max(0, ...parts.map((part) => part.minProperties ?? 0));
        if (least > 0) whole.minProperties = least;
        return { schema: whole, nullable: false };
    }
    if (own.oneOf !== undefined) {
        const inner = own.oneOf.find(({ type }) => type !== 'null') ?? {};
        return { schema: plain(inner).schema, nullable: own.oneOf.length > 1 };
    }
    const nullable = Array.isArray(own.type) && own.type.includes('null');
    return { schema: own, nullable };
}

function typeOf(schema: Schema): string {
    const types = [schema.type ?? []].flat().filter((type) => type !== 'null');
    return types[0] ?? (schema.properties === undefined ? 'string' : 'object');
}

/** Some value that the schema allows. */
export function exampleOf(given: Schema): unknown {
    const { schema } = plain(given);
    if (schema.enum !== undefined) return schema.enum[0];
    switch (typeOf(schema)) {
        case 'boolean':
            return true;
        case 'integer':
        case 'number':
            return schema.minimum ?? Math.min(1, schema.maximum ?? 1);
        case 'array':
            return Array.from({ length: schema.minItems ?? 0 }, () =>
                exampleOf(schema.items ?? {}),
            );
        case 'object':
            return Object.fromEntries(
                (schema.required ?? []).map((name) => [
                    name,
                    exampleOf(schema.properties?.[name] ?? {}),
                ]),
            );
        default: {
            const fitting = TEXTS.find((text) => faultsOf(schema, text).length === 0);
            if (fitting === undefined) {
                throw new Error(`no example fits ${JSON.stringify(schema)}`);
            }
            return fitting;
        }
    }
}

interface Wrong {
    what: string;
    value: unknown;
    /** Below the value's own place. */
    inside?: string;
    codes: string[];
}

function wrongTexts(schema: Schema): Wrong[] {
    const wrong: Wrong[] = [];
    const { minLength = 0, maxLength } = schema;
    if (schema.enum !== undefined) {
        return [{ what: 'none of its values', value: 'none-of-these', codes: ['choice'] }];
    }
    if (minLength > 0) {
        const value = 'a'.repeat(minLength - 1);
        wrong.push({ what: 'too short', value, codes: ['too_short', 'required', 'format'] });
    }
    if (maxLength !== undefined) {
        const value = 'a'.repeat(maxLength + 1);
        wrong.push({ what: 'too long', value, codes: ['too_long'] });
    }
    const looks = schema.pattern ?? schema.format;
    const other = TEXTS.find(
        (text) =>
            text.length >= minLength &&
            text.length <= (maxLength ?? Infinity) &&
            text.trim().length >= minLength &&
            faultsOf(schema, text).length > 0,
    );
    if (looks !== undefined && other !== undefined) {
        const codes = ['format', 'too_short', 'too_long', 'choice'];
        wrong.push({ what: `not like ${looks}`, value: other, codes });
    }
    return wrong;
}

function wrongLists(schema: Schema): Wrong[] {
    const wrong: Wrong[] = [];
    const item = exampleOf(schema.items ?? {});
    if ((schema.minItems ?? 0) > 0) {
        wrong.push({ what: 'too few', value: [], codes: ['too_short', 'required'] });
    }
    if (schema.maxItems !== undefined) {
        const value = Array.from({ length: schema.maxItems + 1 }, () => item);
        wrong.push({ what: 'too many', value, codes: ['too_many'] });
    }
    if (schema.uniqueItems === true) {
        wrong.push({ what: 'twice the same', value: [item, item], inside: '/1', codes: ['taken'] });
    }
    for (const { what, value, inside = '', codes } of wrongValues(schema.items ?? {})) {
        wrong.push({
            what: `an entry ${what}`,
            value: [value],
            inside: `/0${inside}`,
            codes,
        });
    }
    return wrong;
}

/** Values that break one rule of the schema each. */
export function wrongValues(given: Schema, valid?: unknown): Wrong[] {
    const { schema, nullable } = plain(given);
    const type = typeOf(schema);
    const wrong: Wrong[] = [
        {
            what: `no ${type}`,
            value: type === 'string' ? 5 : 'text',
            codes: ['type'],
        },
    ];
    if (!nullable) wrong.push({ what: 'null', value: null, codes: ['type', 'required'] });
    if (type === 'string') wrong.push(...wrongTexts(schema));
    if (type === 'integer') {
        wrong.push({ what: 'no whole number', value: 1.5, codes: ['type'] });
        if (schema.minimum !== undefined) {
            const value = schema.minimum - 1;
            wrong.push({ what: 'too small', value, codes: ['too_small'] });
        }
        if (schema.maximum !== undefined) {
            const value = schema.maximum + 1;
            wrong.push({ what: 'too large', value, codes: ['too_large'] });
        }
    }
    if (type === 'array') wrong.push(...wrongLists(schema));
    if (type === 'object') {
        const base = valid ?? exampleOf(schema);
        wrong.push(
            ...brokenBodies(schema, base as Record<string, unknown>).map(
                ({ what, body, field, codes }) => ({ what, value: body, inside: field, codes }),
            ),
        );
    }
    return wrong;
}

/** Bodies that break one rule each of what is else as in `valid`. */
export function brokenBodies(given: Schema, valid: Record<string, unknown>): Broken[] {
    const { schema } = plain(given);
    const broken: Broken[] = [
        {
            what: 'an unknown field',
            body: { ...valid, surelyUnknown: 1 },
            field: '/surelyUnknown',
            codes: ['unknown'],
        },
    ];
    for (const name of schema.required ?? []) {
        const body = { ...valid };
        delete body[name];
        broken.push({ what: `without ${name}`, body, field: `/${name}`, codes: ['required'] });
    }
    if ((schema.minProperties ?? 0) > 0) {
        broken.push({ what: 'without any field', body: {}, field: '', codes: ['required'] });
    }
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
        for (const { what, value, inside = '', codes } of wrongValues(property, valid[name])) {
            broken.push({
                what: `${name}: ${what}`,
                body: { ...valid, [name]: value },
                field: `/${name}${inside}`,
                codes,
            });
        }
    }
    return broken;
}

export interface BrokenQuery {
    what: string;
    name: string;
    value: string;
}

/** A query parameter's values that break one rule each. */
export function brokenQueries({ name, schema: given }: Parameter): BrokenQuery[] {
    const { schema } = plain(given);
    // All that comes is a text, so that no text is of another type.
    const wrong = typeOf(schema) === 'string' ? wrongTexts(schema) : wrongValues(schema);
    const broken = wrong
        .filter(({ value }) => value !== null)
        .map(({ what, value }) => ({ what: `${name}: ${what}`, name, value: String(value) }));
    if (name === 'cursor') broken.push({ what: 'a foreign cursor', name, value: 'bm9uZQ' });
    return broken;
}
