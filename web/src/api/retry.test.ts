import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';

import { mayRepeat, nextTry, patientFetch, retryAfterOf } from './retry.ts';

test('Retry-After holds seconds or a date', () => {
    const now = Date.parse('2026-11-23T10:00:00Z');
    assert.equal(retryAfterOf('3', now), 3);
    assert.equal(retryAfterOf('Mon, 23 Nov 2026 10:00:30 GMT', now), 30);
    assert.equal(retryAfterOf('Mon, 23 Nov 2026 09:00:00 GMT', now), 0);
    for (const nothing of [null, '', ' ', 'soon'])
        assert.equal(retryAfterOf(nothing, now), undefined);
});

test('only what passes is tried again, and not for ever', () => {
    for (const status of [200, 204, 400, 401, 403, 404, 409, 412, 422, 500, 501]) {
        assert.equal(nextTry(1, status, undefined), undefined, String(status));
    }
    for (const status of [undefined, 429, 502, 503, 504]) {
        assert.notEqual(nextTry(1, status, undefined), undefined, String(status));
        assert.equal(nextTry(4, status, undefined), undefined, String(status));
    }
});

test('each wait is longer than the last, unless the server says how long', () => {
    const first = nextTry(1, 503, undefined) ?? 0;
    const second = nextTry(2, 503, undefined) ?? 0;
    assert.ok(first > 0 && second > first);
    assert.equal(nextTry(1, 503, 4), 4);
    assert.equal(nextTry(1, 429, 0), 0);
});

test('nobody waits in silence for a minute: that is told instead', () => {
    assert.equal(nextTry(1, 429, 60), undefined);
});

test('reading may be repeated, and creating with a key of its own', () => {
    const url = 'http://127.0.0.1/';
    assert.equal(mayRepeat(new Request(url)), true);
    assert.equal(mayRepeat(new Request(url, { method: 'DELETE' })), false);
    assert.equal(mayRepeat(new Request(url, { method: 'POST', body: '{}' })), false);
    const headers = { 'Idempotency-Key': 'a' };
    assert.equal(mayRepeat(new Request(url, { method: 'POST', body: '{}', headers })), true);
});

async function withServer(
    answers: readonly number[],
    work: (url: string, asked: { body: string; key: string | undefined }[]) => Promise<void>,
): Promise<void> {
    const asked: { body: string; key: string | undefined }[] = [];
    const server = createServer((request: IncomingMessage, response: ServerResponse) => {
        let body = '';
        request.on('data', (data: Buffer) => (body += data.toString()));
        request.on('end', () => {
            const key = request.headers['idempotency-key'];
            asked.push({ body, key: typeof key === 'string' ? key : undefined });
            const status = answers[asked.length - 1] ?? 200;
            response.writeHead(status, status === 200 ? {} : { 'Retry-After': '0' }).end('{}');
        });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
        await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked);
    } finally {
        server.closeAllConnections();
        server.close();
    }
}

test('a question is asked again until there is an answer', async () => {
    await withServer([503, 429, 200], async (url, asked) => {
        const response = await patientFetch(new Request(url));
        assert.equal(response.status, 200);
        assert.equal(asked.length, 3);
    });
});

test('what creates is sent again with the same body and the same key', async () => {
    await withServer([502, 200], async (url, asked) => {
        const headers = { 'Idempotency-Key': 'k1' };
        await patientFetch(new Request(url, { method: 'POST', body: '{"a":1}', headers }));
        assert.deepEqual(asked, [
            { body: '{"a":1}', key: 'k1' },
            { body: '{"a":1}', key: 'k1' },
        ]);
    });
});

test('what changes something is never sent twice', async () => {
    await withServer([503, 200], async (url, asked) => {
        const response = await patientFetch(new Request(url, { method: 'PATCH', body: '{}' }));
        assert.equal(response.status, 503);
        assert.equal(asked.length, 1);
    });
});

test('a page that is left stops asking', async () => {
    await withServer([503, 503, 503, 503], async (url) => {
        const leaving = new AbortController();
        const asked = patientFetch(new Request(url, { signal: leaving.signal }));
        leaving.abort(new DOMException('left', 'AbortError'));
        await assert.rejects(asked, { name: 'AbortError' });
    });
});

test('without any server it fails in the end', async () => {
    // Port 9 (discard) is not listened on.
    await assert.rejects(
        patientFetch(new Request('http://127.0.0.1:9/', { method: 'PUT', body: '{}' })),
    );
});
