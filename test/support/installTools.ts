import { installMinio } from './minio.ts';
import { installTrino } from './trino-install.ts';
import { installVersitygw } from './versitygw.ts';

/** Installs every server that tests need, one after another: to compile them takes longer than a test may wait. */
for (const install of [installVersitygw, installMinio, installTrino]) await install();
