// Ports of this machine, for programs that cannot choose and tell.

import { createConnection, createServer, type AddressInfo } from 'node:net';

export async function freePort(): Promise<number> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
}

/** Does anybody listen there? */
export function answers(port: number): Promise<boolean> {
    return new Promise((resolve) => {
        const socket = createConnection(port, '127.0.0.1');
        const settle = (answer: boolean) => {
            socket.destroy();
            resolve(answer);
        };
        socket.once('connect', () => settle(true));
        socket.once('error', () => settle(false));
    });
}
