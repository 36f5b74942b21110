import { readFileSync } from 'node:fs'

/**
 * The most memory that this process has had, in megabytes of 1,000,000 bytes. Not `resourceUsage().maxRSS`: after fork and
 * exec Linux goes on with the peak of the parent (exec_mmap in fs/exec.c), so that a large test process would be measured.
 */
export function peakMegabytes(): number {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  if (kilobytes === undefined) throw new Error('This system has no /proc/self/status.')
  return (Number(kilobytes) * 1024) / 1_000_000
}
