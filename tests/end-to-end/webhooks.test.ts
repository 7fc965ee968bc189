// Events on their way to other people's servers, checked by the official library of Standard Webhooks.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, test } from 'node:test';

import { Webhook } from 'standardwebhooks';

import { Caller, setUp, type Json } from '../support/caller.ts';
import { patience } from '../support/patience.ts';
import { startServer, type Server } from '../support/server.ts';

const DEADLINE_MS = 30_000 * patience;

interface Received {
    headers: Record<string, string>;
    body: string;
}

let server: Server;
let receiver: HttpServer;
let address: string;
let creator: Caller;
let received: Received[] = [];
/** What the next requests are answered; 204 behind them. */
let answers: number[] = [];

const textOf = (headers: IncomingHttpHeaders): Record<string, string> =>
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

async function eventually<T>(
    what: string,
    look: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
    const deadline = Date.now() + DEADLINE_MS;
    for (;;) {
        const found = await look();
        if (found !== undefined) return found;
        if (Date.now() > deadline) assert.fail(`it did not come to this: ${what}`);
        await sleep(20);
    }
}

before(async () => {
    receiver = createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
            const body = Buffer.concat(chunks).toString();
            received.push({ headers: textOf(request.headers), body });
            response.writeHead(answers.shift() ?? 204).end();
        });
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    address = `http://127.0.0.1:${String((receiver.address() as AddressInfo).port)}/hook`;
    const args = ['--api-limits-times', '1000', '--webhooks-private-addresses', 'on'];
    server = await startServer({ args });
    creator = await setUp(server, 'luna');
});

after(async () => {
    await server.close();
    receiver.close();
});

async function createWebhook(events: string[]): Promise<{ id: string; secret: string }> {
    received = [];
    answers = [];
    const said = await creator.expect(201, 'POST', '/webhooks', { url: address, events });
    return {
        id: (said.json['webhook'] as Json)['id'] as string,
        secret: said.json['secret'] as string,
    };
}

const remove = (id: string) => creator.expect(204, 'DELETE', `/webhooks/${id}`);

const next = (count = 1): Promise<Received> =>
    eventually(`${String(count)} requests came`, () => received[count - 1]);

async function lastDelivery(id: string): Promise<Json | undefined> {
    const said = await creator.expect(200, 'GET', `/webhooks/${id}/deliveries`);
    return (said.json['items'] as Json[])[0];
}

test('what happens is sent as the standard has it, and its library believes it', async () => {
    const { id, secret } = await createWebhook(['stream.created']);
    const made = await creator.expect(201, 'POST', '/studio/streams', {
        title: 'Grüße “from” here',
    });
    const { headers, body } = await next();
    const told = new Webhook(secret).verify(body, headers) as Json;
    assert.equal(told['type'], 'stream.created');
    const stream = (told['data'] as Json)['stream'] as Json;
    assert.equal(stream['id'], (made.json['stream'] as Json)['id']);
    assert.equal(stream['title'], 'Grüße “from” here');
    assert.equal(headers['content-type'], 'application/json');
    assert.match(headers['webhook-id'] ?? '', /^evt_/);
    assert.throws(() => new Webhook(secret).verify(`${body} `, headers));
    const delivered = await eventually('the log says so', async () => {
        const delivery = await lastDelivery(id);
        return delivery?.['state'] === 'delivered' ? delivery : undefined;
    });
    assert.equal(delivered['status'], 204);
    assert.equal(delivered['event'], headers['webhook-id']);
    await remove(id);
});

test('a replaced secret signs for a day beside the new one', async () => {
    const { id, secret } = await createWebhook(['stream.created']);
    const rotated = await creator.expect(200, 'POST', `/webhooks/${id}/secret`);
    await creator.expect(202, 'POST', `/webhooks/${id}/test`);
    const { headers, body } = await next();
    for (const known of [secret, rotated.json['secret'] as string]) {
        const told = new Webhook(known).verify(body, headers) as Json;
        assert.equal(told['type'], 'webhook.test');
    }
    await remove(id);
});

test('what was refused is tried again, and sent once more when its owner asks', async () => {
    const { id } = await createWebhook(['stream.created']);
    answers = [500];
    await creator.expect(202, 'POST', `/webhooks/${id}/test`);
    const first = await next(1);
    const second = await next(2);
    assert.equal(second.headers['webhook-id'], first.headers['webhook-id']);
    assert.equal(second.body, first.body);
    const delivery = await eventually('it was taken', async () => {
        const found = await lastDelivery(id);
        return found?.['state'] === 'delivered' ? found : undefined;
    });
    assert.equal(delivery['attempts'], 2);
    const path = `/webhooks/${id}/deliveries/${delivery['id'] as string}/resend`;
    await creator.expect(202, 'POST', path);
    const third = await next(3);
    assert.equal(third.headers['webhook-id'], first.headers['webhook-id']);
    await remove(id);
});

test('a server that is gone for good is asked no more, and its owner is told', async () => {
    const { id } = await createWebhook(['stream.created']);
    answers = [410];
    await creator.expect(202, 'POST', `/webhooks/${id}/test`);
    await next();
    await eventually('it is switched off', async () => {
        const { json } = await creator.expect(200, 'GET', '/webhooks');
        return (json['items'] as Json[]).find((webhook) => webhook['enabled'] === false);
    });
    const notification = await eventually('a notification', async () => {
        const { json } = await creator.expect(200, 'GET', '/notifications');
        return (json['items'] as Json[]).find(({ kind }) => kind === 'webhook_disabled');
    });
    assert.equal(notification['title'], '127.0.0.1');
    await creator.expect(409, 'POST', `/webhooks/${id}/test`);
    await remove(id);
});

test('nothing is sent into this network unless the operator says so', async () => {
    const careful = await startServer({ args: ['--api-limits-times', '1000'] });
    try {
        received = [];
        const owner = await setUp(careful, 'careful');
        const { json } = await owner.expect(201, 'POST', '/webhooks', {
            url: address,
            events: ['stream.created'],
        });
        const id = (json['webhook'] as Json)['id'] as string;
        await owner.expect(202, 'POST', `/webhooks/${id}/test`);
        const delivery = await eventually('it was tried', async () => {
            const said = await owner.expect(200, 'GET', `/webhooks/${id}/deliveries`);
            const found = (said.json['items'] as Json[])[0];
            return found?.['attempts'] === 1 ? found : undefined;
        });
        assert.equal(delivery['status'], null);
        assert.notEqual(delivery['response'], '');
        assert.deepEqual(received, []);
    } finally {
        await careful.close();
    }
});
