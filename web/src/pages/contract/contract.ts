// Reads an OpenAPI document for the page that shows it. Without a browser.

export interface Schema {
    $ref?: string;
    type?: string | string[];
    description?: string;
    properties?: Record<string, Schema>;
    required?: string[];
    items?: Schema;
    oneOf?: Schema[];
    allOf?: Schema[];
    enum?: (string | number | boolean | null)[];
    format?: string;
    pattern?: string;
    default?: unknown;
    minLength?: number;
    maxLength?: number;
    minimum?: number;
    maximum?: number;
    minItems?: number;
    maxItems?: number;
    uniqueItems?: boolean;
    minProperties?: number;
    additionalProperties?: boolean;
}

interface Reference {
    $ref?: string;
}

export interface Parameter extends Reference {
    name: string;
    in: 'path' | 'query' | 'header';
    required?: boolean;
    description?: string;
    schema: Schema;
}

interface Content {
    content?: Record<string, { schema: Schema }>;
}

interface Response extends Reference, Content {
    description: string;
    headers?: Record<string, Reference & { description?: string }>;
}

interface RawOperation {
    operationId: string;
    tags: string[];
    summary: string;
    description?: string;
    parameters?: (Parameter | Reference)[];
    requestBody?: Reference & Content;
    responses: Record<string, Response | Reference>;
    'x-access': string;
    'x-scope'?: string;
    'x-rate': string;
}

export interface Contract {
    info: { title: string; version: string; description: string };
    servers: { url: string }[];
    tags: { name: string; description: string }[];
    paths: Record<string, Record<string, unknown>>;
    components: Record<string, Record<string, unknown>>;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

export interface Body {
    type: string;
    schema: Schema;
}

export interface Answer {
    status: string;
    description: string;
    bodies: Body[];
}

export interface Operation {
    id: string;
    tag: string;
    method: string;
    path: string;
    summary: string;
    description: string;
    access: string;
    scope: string | undefined;
    rate: string;
    parameters: Parameter[];
    bodies: Body[];
    answers: Answer[];
}

/** What a reference points at; what is none, itself. */
export function resolve<T extends object>(contract: Contract, value: T | Reference): T {
    const path = (value as Reference).$ref;
    if (path === undefined) return value as T;
    const [, , kind = '', name = ''] = path.split('/');
    return contract.components[kind]?.[name] as T;
}

function bodiesOf(content: Content | undefined): Body[] {
    return Object.entries(content?.content ?? {}).map(([type, { schema }]) => ({ type, schema }));
}

/** All operations, in the contract's order. */
export function operationsOf(contract: Contract): Operation[] {
    const server = contract.servers[0]?.url ?? '';
    return Object.entries(contract.paths).flatMap(([path, item]) =>
        METHODS.filter((method) => method in item).map((method) => {
            const raw = item[method] as RawOperation;
            const shared = (item['parameters'] ?? []) as (Parameter | Reference)[];
            const parameters = [...shared, ...(raw.parameters ?? [])];
            const body = raw.requestBody && resolve<Content>(contract, raw.requestBody);
            return {
                id: raw.operationId,
                tag: raw.tags[0] ?? '',
                method: method.toUpperCase(),
                path: server + path,
                summary: raw.summary,
                description: raw.description ?? '',
                access: raw['x-access'],
                scope: raw['x-scope'],
                rate: raw['x-rate'],
                parameters: parameters.map((one) => resolve<Parameter>(contract, one)),
                bodies: bodiesOf(body),
                answers: Object.entries(raw.responses).map(([status, response]) => {
                    const { description, ...rest } = resolve<Response>(contract, response);
                    return { status, description, bodies: bodiesOf(rest) };
                }),
            };
        }),
    );
}

/** Has every word of what somebody looks for, wherever. */
export function fits(operation: Operation, wanted: string): boolean {
    const { id, method, path, summary, tag } = operation;
    const text = `${id} ${method} ${path} ${summary} ${tag}`.toLowerCase();
    return wanted
        .toLowerCase()
        .split(/\s+/)
        .every((word) => text.includes(word));
}

export interface Field {
    name: string;
    schema: Schema;
    required: boolean;
}

/** One schema in place of those that are all true at once. */
function merged(contract: Contract, schema: Schema): Schema {
    const own = resolve<Schema>(contract, schema);
    if (own.allOf === undefined) return own;
    const parts = own.allOf.map((part) => merged(contract, part));
    return {
        type: 'object',
        properties: Object.assign({}, ...parts.map((part) => part.properties ?? {})) as Record<
            string,
            Schema
        >,
        required: parts.flatMap((part) => part.required ?? []),
    };
}

/** What is inside: the object's own fields, or those of its entries or of the one that is not null. */
export function fieldsOf(contract: Contract, schema: Schema): Field[] {
    const whole = merged(contract, schema);
    if (whole.items !== undefined) return fieldsOf(contract, whole.items);
    const inner = whole.oneOf?.find(({ type }) => type !== 'null');
    if (inner !== undefined) return fieldsOf(contract, inner);
    return Object.entries(whole.properties ?? {}).map(([name, property]) => ({
        name,
        schema: property,
        required: whole.required?.includes(name) ?? false,
    }));
}

/** "string", "Account", "Id[]", "string | null". */
export function typeOf(contract: Contract, schema: Schema): string {
    const name = schema.$ref?.split('/').at(-1);
    const whole = resolve<Schema>(contract, schema);
    if (whole.oneOf !== undefined) {
        return whole.oneOf.map((one) => typeOf(contract, one)).join(' | ');
    }
    const isObject = whole.properties !== undefined || whole.allOf !== undefined;
    if (name !== undefined && isObject) return name;
    if (whole.items !== undefined) {
        const item = typeOf(contract, whole.items);
        const list = item.includes(' ') ? `(${item})[]` : `${item}[]`;
        return Array.isArray(whole.type) && whole.type.includes('null') ? `${list} | null` : list;
    }
    if (Array.isArray(whole.type)) return whole.type.join(' | ');
    return whole.type ?? 'object';
}

/** What a value has to keep beside its type: "1…140", "a, b, c", a pattern. */
export function rulesOf(contract: Contract, schema: Schema): string[] {
    const own = resolve<Schema>(contract, schema);
    const inner = own.oneOf?.find(({ type }) => type !== 'null');
    const whole = inner === undefined ? own : resolve<Schema>(contract, inner);
    const rules: string[] = [];
    const range = (least: number | undefined, most: number | undefined, unit: string): void => {
        if (least === undefined && most === undefined) return;
        rules.push(`${least ?? ''}…${most ?? ''}${unit}`);
    };
    if (whole.enum !== undefined) rules.push(whole.enum.map(String).join(', '));
    if (whole.format !== undefined) rules.push(whole.format);
    if (whole.pattern !== undefined) rules.push(whole.pattern);
    range(whole.minLength, whole.maxLength, ' chars');
    range(whole.minimum, whole.maximum, '');
    range(whole.minItems, whole.maxItems, ' items');
    if (whole.items !== undefined) rules.push(...rulesOf(contract, whole.items));
    if (whole.default !== undefined) rules.push(`= ${JSON.stringify(whole.default)}`);
    return rules;
}

/** The schema's own words, or those of what it refers to. */
export function descriptionOf(contract: Contract, schema: Schema): string {
    return schema.description ?? resolve<Schema>(contract, schema).description ?? '';
}

export interface Piece {
    text: string;
    code: boolean;
}

/** Text in which `this` is code. */
export function piecesOf(text: string): Piece[] {
    return text
        .split('`')
        .map((part, i) => ({ text: part, code: i % 2 === 1 }))
        .filter((piece) => piece.text !== '');
}

/** Paragraphs and lists ("- …") of a description. A line that begins otherwise goes on with the one above. */
export function blocksOf(text: string): { list: boolean; lines: string[] }[] {
    return text
        .trim()
        .split(/\n\s*\n/)
        .filter((block) => block !== '')
        .map((block) => {
            const list = block.trimStart().startsWith('- ');
            const lines = block.split('\n').map((line) => line.trim());
            if (!list) return { list, lines: [lines.join(' ')] };
            return {
                list,
                lines: lines
                    .join('\n')
                    .slice(2)
                    .split('\n- ')
                    .map((line) => line.replaceAll('\n', ' ')),
            };
        });
}
