// The part of Lambda's Node runtime that matters here: loads the handler of the function's folder, then takes events
// from the Runtime API one after another and answers them. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
import { request } from 'node:http';
import { pathToFileURL } from 'node:url';

const { AWS_LAMBDA_RUNTIME_API, LAMBDA_TASK_ROOT = '', _HANDLER = '' } = process.env;

/** One request to the Runtime API. */
function ask(method, path, body) {
  return new Promise((resolve, reject) => {
    const asking = request(
      `http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/${path}`,
      { method },
      (answer) => {
        const chunks = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.on('end', () =>
          resolve({ headers: answer.headers, text: Buffer.concat(chunks).toString('utf8') }),
        );
      },
    );
    asking.on('error', reject);
    asking.end(body);
  });
}

function failureOf(error) {
  const known = error instanceof Error;
  return JSON.stringify({
    errorType: known ? error.name : typeof error,
    errorMessage: known ? error.message : String(error),
    trace: known ? (error.stack ?? '').split('\n') : [],
  });
}

const at = _HANDLER.lastIndexOf('.');
let handler;
try {
  const module = await import(pathToFileURL(`${LAMBDA_TASK_ROOT}/${_HANDLER.slice(0, at)}.mjs`).href);
  handler = module[_HANDLER.slice(at + 1)];
  if (typeof handler !== 'function') throw new Error(`${_HANDLER} is not a function`);
} catch (error) {
  await ask('POST', 'init/error', failureOf(error));
  process.exit(1);
}

for (;;) {
  const next = await ask('GET', 'invocation/next');
  const id = next.headers['lambda-runtime-aws-request-id'];
  const deadline = Number(next.headers['lambda-runtime-deadline-ms']);
  process.env._X_AMZN_TRACE_ID = next.headers['lambda-runtime-trace-id'];
  const context = {
    awsRequestId: id,
    invokedFunctionArn: next.headers['lambda-runtime-invoked-function-arn'],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    getRemainingTimeInMillis: () => deadline - Date.now(),
    callbackWaitsForEmptyEventLoop: true,
  };
  try {
    const result = await handler(JSON.parse(next.text), context);
    await ask('POST', `invocation/${id}/response`, JSON.stringify(result ?? null));
  } catch (error) {
    await ask('POST', `invocation/${id}/error`, failureOf(error));
  }
}
