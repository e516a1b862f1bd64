/** Attempts of one request (the SDK: exponential, full jitter). */
const REQUEST_ATTEMPTS = 10;

/** How our clients of Athena and Glue are set up; credentials and endpoints come from the usual AWS places. */
export function clientSettings() {
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  const region = AWS_REGION ?? AWS_DEFAULT_REGION;
  return {
    ...(region ? { region } : {}),
    retryMode: 'standard',
    maxAttempts: REQUEST_ATTEMPTS,
    requestHandler: { connectionTimeout: 5_000, socketTimeout: 60_000 },
  } as const;
}
