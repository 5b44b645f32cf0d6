/** How far a finger may tremble and still only tap. */
const TAP_PX = 8;

/** Has a finger that moves over `host` move rows, as everywhere on a telephone; xterm itself knows wheels only. Returns the end of it. */
export function followSwipes(
	host: HTMLElement,
	rowHeight: () => number,
	onRows: (rows: number) => void,
): () => void {
	let from: number | null = null;
	let isSwipe = false;

	function onStart({ touches }: TouchEvent): void {
		from = touches.length === 1 ? (touches[0]?.clientY ?? null) : null;
		isSwipe = false;
	}
	function onMove(event: TouchEvent): void {
		const at = event.touches[0]?.clientY;
		if (from === null || at === undefined || event.touches.length > 1) return;
		isSwipe ||= Math.abs(from - at) > TAP_PX;
		if (!isSwipe) return;
		event.preventDefault();
		const rows = Math.trunc((from - at) / rowHeight());
		if (rows === 0) return;
		from -= rows * rowHeight();
		onRows(rows);
	}

	const end = new AbortController();
	host.addEventListener('touchstart', onStart, { passive: true, signal: end.signal });
	host.addEventListener('touchmove', onMove, { passive: false, signal: end.signal });
	return () => end.abort();
}
