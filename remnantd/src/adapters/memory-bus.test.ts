import { busContract } from '../ports/bus.contract.ts';
import { memoryBus } from './memory-bus.ts';
import { systemClock } from './system-clock.ts';

busContract('the memory bus', () => Promise.resolve(memoryBus(systemClock(), () => {})));
