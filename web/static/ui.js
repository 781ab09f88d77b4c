// The page's whole vocabulary of drawing, from one place: components are
// functions that return html`...`, and what changes is a signal.
import { h } from "./vendor/preact.js";
import htm from "./vendor/htm.js";

export const html = htm.bind(h);
export { render } from "./vendor/preact.js";
export { useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "./vendor/hooks.js";
export { batch, computed, signal } from "./vendor/signals.js";
