import { fileURLToPath } from 'node:url';

/**
 * Where the files lie that the code reads beside itself (`sql/`, macros, built boards): the repository, or the folder
 * of an artefact. Whatever holds this module, source or bundle, lies two folders below.
 */
export const HOME = fileURLToPath(new URL('../..', import.meta.url));
