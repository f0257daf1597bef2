/** The window a correlation needs. */
import { OrderedWindow } from './ordered-window.ts';
import { SlidingWindow } from './sliding-window.ts';
import type { WindowSettings } from './window-settings.ts';

/** A new window. */
export function createWindow(settings: WindowSettings): SlidingWindow | OrderedWindow {
  return settings.kind === 'ordered' ? new OrderedWindow(settings) : new SlidingWindow(settings);
}
