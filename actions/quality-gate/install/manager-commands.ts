/** How each package manager is spoken to. */
import type { ManagerName } from './package-manager.ts'

export interface ManagerCommands {
  readonly program: string
  /** Installs exactly what the lock file says, or fails. */
  readonly install: readonly string[]
  /** Prints the folder that downloaded packages are kept in. */
  readonly cacheFolder: readonly string[]
}

/** From the manuals of each: npm ci, pnpm install, yarn install (1 and 4), poetry install, uv sync, pip install. */
export const COMMANDS: Readonly<Record<ManagerName, ManagerCommands>> = {
  npm: {
    program: 'npm',
    install: ['ci', '--no-audit', '--no-fund'],
    cacheFolder: ['config', 'get', 'cache'],
  },
  pnpm: {
    program: 'pnpm',
    install: ['install', '--frozen-lockfile'],
    cacheFolder: ['store', 'path', '--silent'],
  },
  yarn: {
    program: 'yarn',
    install: ['install', '--immutable'],
    cacheFolder: ['config', 'get', 'cacheFolder'],
  },
  'yarn-1': {
    program: 'yarn',
    install: ['install', '--frozen-lockfile'],
    cacheFolder: ['cache', 'dir'],
  },
  poetry: {
    program: 'poetry',
    install: ['install', '--no-interaction'],
    cacheFolder: ['config', 'cache-dir'],
  },
  uv: {
    program: 'uv',
    install: ['sync', '--locked'],
    cacheFolder: ['cache', 'dir'],
  },
  pip: {
    program: 'pip',
    install: ['install', '--requirement', 'requirements.txt'],
    cacheFolder: ['cache', 'dir'],
  },
}
