// A proxy in front of the RTMP port that says for whom it connects, as HAProxy and nginx do (the PROXY protocol).

import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const PROXY_COMMAND = 0x21;
const TCP_OVER_IPV4 = 0x11;

export type Version = 'text' | 'binary';

/** The header for a client of that IPv4 address. */
export function proxyHeader(version: Version, client: string, port = 40_000): Buffer {
    if (version === 'text') return Buffer.from(`PROXY TCP4 ${client} 127.0.0.1 ${port} 1935\r\n`);
    const addresses = Buffer.alloc(12);
    for (const [index, byte] of client.split('.').entries()) addresses[index] = Number(byte);
    addresses.set([127, 0, 0, 1], 4);
    addresses.writeUInt16BE(port, 8);
    addresses.writeUInt16BE(1935, 10);
    // A part that means nothing to us, as proxies add them: type, length, value.
    const more = Buffer.from([0x04, 0, 3, 1, 2, 3]);
    const head = Buffer.from([PROXY_COMMAND, TCP_OVER_IPV4, 0, addresses.length + more.length]);
    return Buffer.concat([SIGNATURE, head, addresses, more]);
}

export class ProtocolProxy {
    #server: Server;
    #sockets = new Set<Socket>();

    /** To the port `to` of this machine, each connection begun with `header`, sent in pieces. */
    constructor(to: number, header: Buffer) {
        this.#server = createServer((client) => {
            const server = connect(to, '127.0.0.1');
            for (const socket of [client, server]) {
                this.#sockets.add(socket);
                socket.on('error', () => {});
                socket.on('close', () => {
                    this.#sockets.delete(socket);
                    client.destroy();
                    server.destroy();
                });
                socket.setNoDelay(true);
            }
            const half = Math.floor(header.length / 2);
            server.write(header.subarray(0, half));
            setTimeout(() => {
                server.write(header.subarray(half));
                client.pipe(server);
                server.pipe(client);
            }, 50);
        });
    }

    async listen(): Promise<number> {
        await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
        return (this.#server.address() as AddressInfo).port;
    }

    async close(): Promise<void> {
        const closed = new Promise((resolve) => this.#server.close(resolve));
        for (const socket of this.#sockets) socket.destroy();
        await closed;
    }
}
