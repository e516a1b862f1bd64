/** Where Athena runs our SQL. Region, credentials and endpoints come from the usual AWS places. */
export interface AthenaSettings {
  /** The Glue database of the warehouse; the tables of a run stand in it, too, until the run ends. */
  readonly database: string;
  /** The workgroup: its scan cap and encryption hold for every query. */
  readonly workgroup: string;
  /** A query that runs longer is stopped. Default 30 minutes. */
  readonly timeoutMs?: number;
  /** How long new partitions stand before a build is published. Default 20 seconds; see `registerBuild`. */
  readonly settleMs?: number;
}

/** ALTURAS_GLUE_DATABASE and ALTURAS_ATHENA_WORKGROUP; undefined unless both are set. */
export function athenaOf(env: NodeJS.ProcessEnv): AthenaSettings | undefined {
  const { ALTURAS_GLUE_DATABASE: database, ALTURAS_ATHENA_WORKGROUP: workgroup } = env;
  return database && workgroup ? { database, workgroup } : undefined;
}
