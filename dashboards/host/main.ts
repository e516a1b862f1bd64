import { startHost } from './server.ts';

const BOARDS = process.env.ALTURAS_BOARDS ?? 'http://localhost:4310';

const host = await startHost({ port: 4320, boards: BOARDS, folder: '.alturas/host' });
process.stdout.write(`A host application with three tenants: ${host.address}
Its boards come from ${BOARDS}; start them with

    npx alturas serve --access ${host.access}

`);
