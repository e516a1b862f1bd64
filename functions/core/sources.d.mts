export function bundled(entry: string): Promise<string>;

/** Lets packages of the older kind inside a bundle ask for Node's own modules: the bundle's first line. */
export const REQUIRE: string;
