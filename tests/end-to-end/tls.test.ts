// TLS as its users meet it: curl, openssl and ffmpeg against the real program.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { get as httpsGet, Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';

import { Child, run } from '../support/process.ts';
import { binary, startServer, type Server } from '../support/server.ts';

const PATIENCE_MS = 30_000;

let folder = '';
let server: Server;
let https = '';
let rtmps = '';

const certificate = () => join(folder, 'cert.pem');
const key = () => join(folder, 'key.pem');

async function makeCertificate(): Promise<void> {
    await run(binary, ['cert', 'self-signed', '--out', folder, '--force']);
}

async function curl(...args: string[]): Promise<string> {
    return run('curl', ['-sS', '--max-time', '20', '--cacert', certificate(), ...args]);
}

async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
    const deadline = Date.now() + PATIENCE_MS;
    while (Date.now() < deadline) {
        const answer = await ask();
        if (answer !== undefined) return answer;
        await sleep(200);
    }
    throw new Error(`waited in vain for ${what}:\n${server.log}`);
}

/** The serial number of the certificate that a new connection to that address gets. */
async function serialAt(address: string): Promise<string> {
    const [host = '', port = ''] = address.split(':');
    return new Promise((resolve, reject) => {
        const socket = connect(
            { host, port: Number(port), rejectUnauthorized: false, timeout: PATIENCE_MS },
            () => {
                resolve(socket.getPeerCertificate().serialNumber);
                socket.destroy();
            },
        );
        socket.once('error', reject);
        socket.once('timeout', () => socket.destroy(new Error('no answer')));
    });
}

before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'directfanz-tls-'));
    await makeCertificate();
    server = await startServer({
        args: [
            ...['--https', '127.0.0.1:0', '--rtmps', '127.0.0.1:0'],
            ...['--tls-certificate', certificate(), '--tls-key', key()],
            ...['--hsts', '1h'],
        ],
    });
    const listening = JSON.parse(
        await readFile(join(server.data, 'listening.json'), 'utf8'),
    ) as Record<string, string>;
    https = listening['https'] ?? '';
    rtmps = listening['rtmps'] ?? '';
});

after(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
});

test('a certificate for trying out keeps its key to its owner and replaces nothing', async () => {
    assert.equal((await stat(key())).mode & 0o777, 0o600);
    await assert.rejects(run(binary, ['cert', 'self-signed', '--out', folder]), /--force/);
    const text = await run('openssl', ['x509', '-in', certificate(), '-noout', '-text']);
    assert.match(text, /DNS:localhost, IP Address:127\.0\.0\.1, IP Address:0:0:0:0:0:0:0:1/);
    assert.match(text, /P-256/);
});

for (const [flags, version] of [
    [['--http1.1', '--tlsv1.2', '--tls-max', '1.2'], '1.1'],
    [['--http1.1', '--tlsv1.3'], '1.1'],
    [['--http2', '--tlsv1.2', '--tls-max', '1.2'], '2'],
    [['--http2', '--tlsv1.3'], '2'],
] as const) {
    test(`answers curl ${flags.join(' ')}`, async () => {
        const format = '%{http_version} %{http_code}';
        const said = await curl(...flags, '-o', '/dev/null', '-w', format, `https://${https}/`);
        assert.equal(said, `${version} 200`);
    });
}

test('refuses TLS 1.1', async () => {
    const args = ['s_client', '-connect', https, '-tls1_1', '-cipher', 'ALL@SECLEVEL=0'];
    await assert.rejects(run('openssl', args));
});

test('agrees on a protocol by ALPN and trusts its own certificate', async () => {
    const client = new Child('openssl', [
        ...['s_client', '-connect', https, '-alpn', 'h2,http/1.1', '-verify_return_error'],
        ...['-CAfile', certificate(), '-brief'],
    ]);
    await until('the handshake', async () =>
        Promise.resolve(client.output.includes('Verification: OK') || undefined),
    );
    await client.kill();
});

test('tells browsers to come by https only, and only those that did', async () => {
    assert.match(await curl('-D', '-', '-o', '/dev/null', `https://${https}/`), /max-age=3600/);
    const plain = await run('curl', ['-sS', '-D', '-', '-o', '/dev/null', `${server.httpUrl}/`]);
    assert.match(plain, /200 OK/);
    assert.doesNotMatch(plain, /strict-transport-security/i);
});

test('behind a proxy that ends TLS redirects only those who came to it in plain HTTP', async () => {
    const behind = await startServer({
        args: [
            ...['--public-url', 'https://fans.example:8443', '--trusted-proxies', '127.0.0.1'],
            ...['--redirect-to-https', 'on', '--hsts', '1h'],
        ],
    });
    const ask = (...fields: string[]): Promise<string> =>
        run('curl', [
            ...['-sS', '-D', '-', '-o', '/dev/null', '-H', 'Host: fans.example'],
            ...fields.flatMap((field) => ['-H', field]),
            behind.httpUrl,
        ]);
    try {
        const client = 'X-Forwarded-For: 192.0.2.1';
        const served = await ask(client, 'X-Forwarded-Proto: https');
        assert.match(served, /^HTTP\/1\.1 200 /);
        assert.match(served, /^Strict-Transport-Security: max-age=3600\r$/m);
        const sent = await ask(client, 'X-Forwarded-Proto: http');
        assert.match(sent, /^HTTP\/1\.1 308 /);
        assert.match(sent, /^Location: https:\/\/fans\.example:8443\/\r$/m);
        assert.doesNotMatch(sent, /strict-transport-security/i);
        // What the client wrote itself stands in front of the proxy's word.
        assert.match(
            await ask(`${client}, 192.0.2.2`, 'X-Forwarded-Proto: https, http'),
            /^HTTP\/1\.1 308 /,
        );
    } finally {
        await behind.close();
    }
});

test('redirects plain requests where it is asked to', async () => {
    const redirecting = await startServer({
        args: [
            ...['--https', '127.0.0.1:0', '--redirect-to-https', 'on'],
            ...['--tls-certificate', certificate(), '--tls-key', key()],
        ],
    });
    try {
        const url = `${redirecting.httpUrl}/live/a%20b?c=d`;
        const said = await run('curl', ['-sS', '-D', '-', '-X', 'POST', url]);
        assert.match(said, /^HTTP\/1\.1 308 /);
        assert.match(said, /^Location: https:\/\/127\.0\.0\.1:\d+\/live\/a%20b\?c=d\r$/m);
        const followed = await curl(
            '-L',
            '-o',
            '/dev/null',
            '-w',
            '%{http_code}',
            redirecting.httpUrl,
        );
        assert.equal(followed, '200');
    } finally {
        await redirecting.close();
    }
});

test('takes a publisher by rtmps and shows it by https', async () => {
    const stream = await server.createStream();
    const publisher = new Child('ffmpeg', [
        ...['-loglevel', 'error', '-re', '-f', 'lavfi', '-i', 'testsrc=size=320x180:rate=25'],
        ...['-f', 'lavfi', '-i', 'sine', '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '25'],
        ...['-pix_fmt', 'yuv420p', '-c:a', 'aac', '-f', 'flv'],
        `rtmps://${rtmps}/live/${stream.streamKey}`,
    ]);
    try {
        const url = `https://${https}/live/${stream.id}/index.m3u8`;
        await until('the playlist', async () => {
            const code = await curl('-o', '/dev/null', '-w', '%{http_code}', url);
            return code === '200' || undefined;
        });
        const played = await run('ffprobe', [
            ...['-loglevel', 'error', '-tls_verify', '0', '-show_entries', 'stream=codec_name'],
            url,
        ]);
        assert.match(played, /codec_name=h264/);
        assert.match(played, /codec_name=aac/);

        // A new certificate: a request that waits goes on, and so does the publisher.
        const playlist = await curl(`https://${https}/live/${stream.id}/video.m3u8`);
        const first = Number(/#EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(playlist)?.[1]);
        const listed = playlist.match(/#EXTINF/g)?.length ?? 0;
        const waiting = `https://${https}/live/${stream.id}/video.m3u8?_HLS_msn=${first + listed + 1}`;
        const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
        const ask = (address: string) =>
            new Promise<{ status: number; port: number; body: string }>((resolve, reject) => {
                httpsGet(address, { agent }, (answer) => {
                    let body = '';
                    const port = answer.socket.localPort ?? 0;
                    answer.on('data', (data: Buffer) => (body += data.toString()));
                    answer.once('end', () =>
                        resolve({ status: answer.statusCode ?? 0, port, body }),
                    );
                }).once('error', reject);
            });
        const answered = ask(waiting);
        const before = await serialAt(https);
        await makeCertificate();
        process.kill(server.pid, 'SIGHUP');
        const now = await until('the new certificate', async () => {
            const serial = await serialAt(https);
            return serial !== before ? serial : undefined;
        });
        assert.equal(await serialAt(rtmps), now);
        const { status, port } = await answered;
        assert.equal(status, 200);
        // Two segments later it is still the same publisher, and the old connection still serves.
        const later = await ask(`${waiting.replace(/=\d+$/, '')}=${first + listed + 2}`);
        assert.equal(later.port, port);
        assert.match(later.body, new RegExp(`/${first + listed + 2}\\.`));
        assert.doesNotMatch(later.body, /EXT-X-DISCONTINUITY$/m);
        assert.equal(publisher.process.exitCode, null, publisher.output);
        assert.doesNotMatch(server.log, /publish_ended/);
        agent.destroy();
    } finally {
        await publisher.kill();
    }
});

test('takes a certificate that changed by itself, and keeps it when the next is broken', async () => {
    const before = await serialAt(https);
    await makeCertificate();
    const now = await until('the new certificate', async () => {
        const serial = await serialAt(https);
        return serial !== before ? serial : undefined;
    });
    await writeFile(certificate(), 'half of a certificate');
    await until('the complaint', async () =>
        Promise.resolve(server.log.includes('certificate_not_reloaded') || undefined),
    );
    assert.equal(await serialAt(https), now);
    await makeCertificate();
    await until('the mended certificate', async () => {
        const serial = await serialAt(https);
        return serial !== now || undefined;
    });
});

test('does not start with a certificate that it cannot use', async () => {
    const other = await mkdtemp(join(tmpdir(), 'directfanz-tls-'));
    try {
        await run(binary, ['cert', 'self-signed', '--out', other]);
        const child = new Child(binary, [
            ...['serve', '--data', join(other, 'data'), '--http', '127.0.0.1:0'],
            ...['--rtmp', '127.0.0.1:0', '--https', '127.0.0.1:0'],
            ...['--tls-certificate', certificate(), '--tls-key', join(other, 'key.pem')],
        ]);
        const exit = await child.exited;
        assert.equal(exit.code, 1);
        const lines = child.output.trim().split('\n');
        assert.equal(lines.length, 1, child.output);
        assert.match(lines[0] ?? '', /does not belong to the certificate/);
    } finally {
        await rm(other, { recursive: true, force: true });
    }
});
