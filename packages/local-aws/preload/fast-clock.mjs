// node --import .../fast-clock.mjs program.js
//
// Makes the time of any unmodified program run as fast as the local endpoint's: Date and the timers of the process
// follow LOCAL_AWS_CLOCK (`{"rate":20,"epoch":…,"startedAt":…}`, as the endpoint prints it when it is ready). Only
// tests and the demo load this; the program itself knows nothing of it.
import timersPromises from 'node:timers/promises'
import { syncBuiltinESMExports } from 'node:module'

const { rate, epoch, startedAt } = JSON.parse(process.env.LOCAL_AWS_CLOCK ?? '{"rate":1}')

if (rate !== 1) {
  const RealDate = Date
  const now = () => Math.round(epoch + (RealDate.now() - startedAt) * rate)
  globalThis.Date = class Date extends RealDate {
    constructor(...parts) {
      if (parts.length === 0) super(now())
      else super(...parts)
    }
    static now() {
      return now()
    }
  }
  for (const name of ['setTimeout', 'setInterval']) {
    const real = globalThis[name]
    // Keeps util.promisify(setTimeout) and friends, which hang on the function as properties.
    globalThis[name] = Object.assign(
      (fire, ms = 0, ...rest) => real(fire, ms / rate, ...rest),
      real,
    )
    const realPromise = timersPromises[name]
    timersPromises[name] = (ms = 0, ...rest) => realPromise(ms / rate, ...rest)
  }
  syncBuiltinESMExports()
}
