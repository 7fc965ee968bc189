// The contract as tests need it: its operations, and validators of what the server answers.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

import { repository } from '../support/server.ts';

export interface Schema {
    $ref?: string;
    type?: string | string[];
    properties?: Record<string, Schema>;
    required?: string[];
    items?: Schema;
    oneOf?: Schema[];
    allOf?: Schema[];
    enum?: unknown[];
    format?: string;
    pattern?: string;
    minLength?: number;
    maxLength?: number;
    minimum?: number;
    maximum?: number;
    minItems?: number;
    maxItems?: number;
    uniqueItems?: boolean;
    minProperties?: number;
    additionalProperties?: boolean;
    unevaluatedProperties?: boolean;
}

export interface Parameter {
    name: string;
    in: 'path' | 'query' | 'header';
    required?: boolean;
    schema: Schema;
}

interface Reference {
    $ref?: string;
}

interface Content {
    content?: Record<string, { schema: Schema }>;
}

interface Response extends Content {
    headers?: Record<string, unknown>;
}

interface RawOperation {
    operationId: string;
    parameters?: (Parameter | Reference)[];
    requestBody?: (Content & { required?: boolean }) | Reference;
    responses: Record<string, Response | Reference>;
    'x-access': string;
    'x-scope'?: string;
}

interface Document {
    servers: { url: string }[];
    paths: Record<string, Record<string, unknown>>;
    components: Record<string, Record<string, unknown>>;
}

export interface Operation {
    id: string;
    method: string;
    /** "/api/v1/streams/{stream}" */
    path: string;
    access: string;
    scope: string | undefined;
    parameters: Parameter[];
    /** Of a JSON body. */
    body: Schema | undefined;
    /** Media types of another body. */
    otherBodies: string[];
    responses: Record<string, Response>;
}

export const document = JSON.parse(
    readFileSync(join(repository, 'api/openapi.json'), 'utf8'),
) as Document;

/** What a reference points at; what is none, itself. */
export function resolve<T>(value: T | Reference): T {
    const path = (value as Reference).$ref;
    if (path === undefined) return value as T;
    const [, , kind = '', name = ''] = path.split('/');
    return document.components[kind]?.[name] as T;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

function readOperations(): Operation[] {
    const server = document.servers[0]?.url ?? '';
    return Object.entries(document.paths).flatMap(([path, item]) =>
        METHODS.filter((method) => method in item).map((method) => {
            const raw = item[method] as RawOperation;
            const shared = (item['parameters'] ?? []) as (Parameter | Reference)[];
            const parameters = [...shared, ...(raw.parameters ?? [])];
            const content = raw.requestBody && resolve<Content>(raw.requestBody).content;
            return {
                id: raw.operationId,
                method: method.toUpperCase(),
                path: server + path,
                access: raw['x-access'],
                scope: raw['x-scope'],
                parameters: parameters.map((parameter) => resolve<Parameter>(parameter)),
                body: content?.['application/json']?.schema,
                otherBodies: Object.keys(content ?? {}).filter(
                    (type) => type !== 'application/json',
                ),
                responses: Object.fromEntries(
                    Object.entries(raw.responses).map(([status, response]) => [
                        status,
                        resolve<Response>(response),
                    ]),
                ),
            };
        }),
    );
}

export const operations = readOperations();

export function operationOf(id: string): Operation {
    const found = operations.find((operation) => operation.id === id);
    if (found === undefined) throw new Error(`the contract has no operation ${id}`);
    return found;
}

/** The same schema, in which no object has fields that it does not name. */
export function closed(schema: Schema, inAllOf = false): Schema {
    const copy: Schema = { ...schema };
    if (schema.properties !== undefined) {
        copy.properties = Object.fromEntries(
            Object.entries(schema.properties).map(([name, inner]) => [name, closed(inner)]),
        );
    }
    if (schema.items !== undefined) copy.items = closed(schema.items);
    if (schema.oneOf !== undefined) copy.oneOf = schema.oneOf.map((inner) => closed(inner));
    if (schema.allOf !== undefined) copy.allOf = schema.allOf.map((inner) => closed(inner, true));
    const isObject = schema.properties !== undefined || schema.allOf !== undefined;
    if (isObject && !inAllOf && schema.additionalProperties !== true) {
        copy.unevaluatedProperties = false;
    }
    return copy;
}

const ajv = new Ajv2020({ allErrors: true, strict: false });
addFormats.default(ajv);
ajv.addSchema({
    $id: 'contract',
    components: {
        schemas: Object.fromEntries(
            Object.entries(document.components['schemas'] ?? {}).map(([name, schema]) => [
                name,
                closed(schema as Schema),
            ]),
        ),
    },
});

const validators = new Map<string, ValidateFunction>();

function validatorOf(schema: Schema): ValidateFunction {
    const text = JSON.stringify(schema).replaceAll('"#/', '"contract#/');
    let validator = validators.get(text);
    if (validator === undefined) {
        validator = ajv.compile(closed(JSON.parse(text) as Schema));
        validators.set(text, validator);
    }
    return validator;
}

/** What is wrong with a value, in words; none if nothing is. */
export function faultsOf(schema: Schema, value: unknown): string[] {
    const validate = validatorOf(schema);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
        ({ instancePath, message = '', params }) =>
            `${instancePath || '(whole)'} ${message} ${JSON.stringify(params)}`,
    );
}

export interface Answer {
    status: number;
    headers: Headers;
    text: string;
}

/** What is wrong with an answer to an operation, by the contract. */
export function faultsOfAnswer(operation: Operation, answer: Answer): string[] {
    const { status, headers, text } = answer;
    const faults: string[] = [];
    const told = operation.responses[String(status)];
    const expected = told ?? (status >= 400 ? operation.responses['default'] : undefined);
    if (expected === undefined) return [`the contract has no ${String(status)} for it`];
    for (const name of ['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset']) {
        if (!/^\d+$/.test(headers.get(name) ?? '')) faults.push(`${name} is missing`);
    }
    if (told?.headers?.['ETag'] !== undefined && !headers.has('ETag')) {
        faults.push('ETag is missing');
    }
    if (status === 429 && !headers.has('Retry-After')) faults.push('Retry-After is missing');
    if (status === 401 && !headers.has('WWW-Authenticate')) {
        faults.push('WWW-Authenticate is missing');
    }
    const [type, content] = Object.entries(expected.content ?? {})[0] ?? [];
    if (type === undefined || content === undefined) {
        if (text !== '') faults.push(`has a body: ${text.slice(0, 200)}`);
        return faults;
    }
    const sent = (headers.get('Content-Type') ?? '').split(';')[0];
    if (sent !== type) return [...faults, `comes as ${sent ?? 'nothing'} in place of ${type}`];
    let value: unknown;
    try {
        value = JSON.parse(text);
    } catch {
        return [...faults, `is no JSON: ${text.slice(0, 200)}`];
    }
    faults.push(...faultsOf(content.schema, value));
    if (status >= 400 && (value as { status?: number }).status !== status) {
        faults.push('the problem has another status');
    }
    return faults;
}
