// What is made of the contract: the server's table of operations, the JSON that is served, and the
// pages' types. All of it is kept in the repository, so that building the program needs no Node.js.
//
//     node tools/generate_api.ts             writes the files
//     node tools/generate_api.ts --check     one line for each that is not current, status 1 if any

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import openapiTypescript, { astToString } from 'openapi-typescript';
import type { OpenAPI3 } from 'openapi-typescript';
import { parse } from 'yaml';

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;
type Method = (typeof methods)[number];

const accesses = ['public', 'account', 'creator', 'moderator', 'administrator'];
const rates = ['read', 'write', 'guess', 'mail', 'costly'];

interface Parameter {
    $ref?: string;
    name?: string;
    in?: string;
    required?: boolean;
}

interface ContractOperation {
    operationId?: string;
    parameters?: Parameter[];
    responses?: Record<string, unknown>;
    'x-access'?: string;
    'x-scope'?: string;
    'x-rate'?: string;
}

type PathItem = { parameters?: Parameter[] } & Partial<Record<Method, ContractOperation>>;

export interface Contract {
    servers: { url: string }[];
    paths: Record<string, PathItem>;
    components: {
        parameters?: Record<string, Parameter>;
        schemas: Record<string, { enum?: string[] }>;
    };
}

/** An operation with what its `x-` fields and parameters say. */
export interface Operation {
    id: string;
    method: Method;
    /** With the server's prefix. */
    path: string;
    access: string;
    scope: string | undefined;
    rate: string;
    /** Takes an Idempotency-Key. */
    idempotent: boolean;
}

/** The contract's operations in its order. Throws for one that lacks what every operation has. */
export function operationsOf(contract: Contract): Operation[] {
    const prefix = contract.servers[0]?.url ?? '';
    const scopes = contract.components.schemas['Scope']?.enum ?? [];
    const resolve = (parameter: Parameter): Parameter => {
        const name = parameter.$ref?.split('/').at(-1);
        return name === undefined
            ? parameter
            : (contract.components.parameters?.[name] ?? parameter);
    };
    const found: Operation[] = [];
    for (const [path, item] of Object.entries(contract.paths)) {
        for (const method of methods) {
            const operation = item[method];
            if (operation === undefined) continue;
            const place = `${method.toUpperCase()} ${path}`;
            const id = operation.operationId ?? '';
            const access = operation['x-access'] ?? '';
            const scope = operation['x-scope'];
            const rate = operation['x-rate'] ?? '';
            const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(
                resolve,
            );
            if (!/^[a-z][A-Za-z]*$/.test(id))
                throw new Error(`${place}: operationId has to be camelCase`);
            if (found.some((other) => other.id === id))
                throw new Error(`${place}: there is a ${id} already`);
            if (!accesses.includes(access))
                throw new Error(`${place}: x-access is none of ${accesses.join(', ')}`);
            if (!rates.includes(rate))
                throw new Error(`${place}: x-rate is none of ${rates.join(', ')}`);
            if (scope !== undefined && !scopes.includes(scope)) {
                throw new Error(`${place}: x-scope is none of the schema Scope's`);
            }
            for (const [, name = ''] of path.matchAll(/\{(\w+)\}/g)) {
                if (
                    !parameters.some(
                        (parameter) => parameter.in === 'path' && parameter.name === name,
                    )
                ) {
                    throw new Error(`${place}: {${name}} is no parameter of it`);
                }
            }
            if (operation.responses?.['default'] === undefined) {
                throw new Error(`${place}: has no default response`);
            }
            const idempotent = parameters.some((parameter) => parameter.name === 'Idempotency-Key');
            found.push({ id, method, path: prefix + path, access, scope, rate, idempotent });
        }
    }
    return found;
}

const identifier = (name: string): string =>
    ['public', 'delete'].includes(name) ? `${name}_` : name;

/** One initializer of api::Operation a line. */
export function renderOperations(operations: Operation[]): string {
    const lines = operations.map(({ id, method, path, access, scope, rate, idempotent }) => {
        const scopeText =
            scope === undefined ? 'std::nullopt' : `Scope::${scope.replace(':', '_')}`;
        return (
            `{"${id}", Method::${identifier(method)}, "${path}", Access::${identifier(access)}, ` +
            `${scopeText}, RateClass::${rate}, ${idempotent}},`
        );
    });
    return `// Made of api/openapi.yaml by tools/generate_api.ts.\n${lines.join('\n')}\n`;
}

/** The files that are made of the contract, by their paths. */
export async function generate(yaml: string): Promise<Map<string, string>> {
    const contract = parse(yaml) as Contract;
    const types = astToString(
        await openapiTypescript(parse(yaml) as OpenAPI3, { alphabetize: false }),
    );
    return new Map([
        ['src/platform/api/operations.inc', renderOperations(operationsOf(contract))],
        ['api/openapi.json', `${JSON.stringify(contract, null, 1)}\n`],
        [
            'web/src/api/schema.d.ts',
            `// Made of api/openapi.yaml by tools/generate_api.ts.\n${types}`,
        ],
    ]);
}

async function main(): Promise<void> {
    const check = process.argv.includes('--check');
    const root = join(import.meta.dirname, '..');
    const files = await generate(readFileSync(join(root, 'api/openapi.yaml'), 'utf8'));
    for (const [path, text] of files) {
        const file = join(root, path);
        if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
        if (check) {
            console.log(
                `${path} is not made of the present api/openapi.yaml: npm run generate:api`,
            );
            process.exitCode = 1;
        } else {
            writeFileSync(file, text);
        }
    }
}

if (import.meta.main) await main();
