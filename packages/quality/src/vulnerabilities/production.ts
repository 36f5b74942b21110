/** Which installed packages production has, by npm's lock file. */
import { isObject, objectIn } from '../reports/json-shape.ts'
import type { Vulnerability } from './vulnerability.ts'

/** Whether what is installed at `node_modules/…` is there in production. */
export type IsProduction = (place: string) => boolean

/**
 * By `package-lock.json` of version 2 or 3, read. Only `dev: true` is not for production. `devOptional` is: the package is
 * for development and also an optional dependency of what is not, and `npm ci --omit=dev` installs it (Node.shouldOmit of
 * @npmcli/arborist asks for both omissions). A place that the lock file does not know, and every place without such a lock
 * file, counts as production: the safe way.
 */
export function productionPlaces(lock: unknown): IsProduction {
  const packages = isObject(lock) ? objectIn(lock['packages']) : undefined
  return (place) => {
    const entry = packages && Object.hasOwn(packages, place) ? objectIn(packages[place]) : undefined
    return entry?.['dev'] !== true
  }
}

/** One whose places the report does not tell counts as production, too. */
export const isInProduction = ({ places }: Vulnerability, isProduction: IsProduction): boolean =>
  places.length === 0 || places.some(isProduction)
